import { useState } from 'react'
import type { Decision, Explanation } from '../../api/types.ts'
import { Card } from '../../parts/layout.tsx'
import { AttributionTable, AttributionText, Waterfall } from '../../parts/Waterfall.tsx'
import { ADVERSE, isByRule } from './Answer.tsx'

const FORMS = ['Chart', 'Table', 'Text'] as const

/** What moved the score from the average to this case: drawn, as a table, or in sentences. */
export function WhyScore({ explanation, decision }: { explanation: Explanation; decision: Decision }) {
  const [form, setForm] = useState<(typeof FORMS)[number]>('Chart')
  if (explanation.flags.includes('additivity_failed')) {
    return (
      <Card title="Why this score">
        <div className="note rd" role="alert">
          The contributions computed for this decision do not add up to its score, so they are not shown and give no reasons. They
          are kept with that mark.
        </div>
      </Card>
    )
  }
  if (isByRule(decision)) {
    return (
      <Card title="Why this answer">
        <p>
          {(decision.rules ?? []).length === 1 ? 'This rule' : 'These rules'} of the policy decided, whatever the score:{' '}
          {(decision.rules ?? []).map((rule) => (
            <span key={rule} className="chip mono">
              {rule}
            </span>
          ))}
        </p>
        <details>
          <summary>What moved the score, which did not decide</summary>
          <AttributionTable of={explanation} />
        </details>
      </Card>
    )
  }
  // Denying at or above the threshold means that a higher score is adverse.
  const denied = ADVERSE.test(decision.outcome ?? '')
  const above = decision.score !== undefined && decision.threshold !== undefined && decision.score >= decision.threshold
  const adverse = decision.threshold === undefined || above === denied ? 'higher' : 'lower'
  return (
    <Card
      title="Why this score"
      flush
      right={
        <>
          <span className="not-m">
            {explanation.method === 'tree' ? 'TreeSHAP, exact' : explanation.method} · adds up within{' '}
            {explanation.additivity_error.toExponential(0)}
          </span>
          <span className="seg" role="group" aria-label="Form">
            {FORMS.map((each) => (
              <button key={each} type="button" aria-pressed={form === each} onClick={() => setForm(each)}>
                {each}
              </button>
            ))}
          </span>
        </>
      }
    >
      {form === 'Chart' && <Waterfall of={explanation} threshold={decision.threshold} adverse={adverse} />}
      {form === 'Table' && <AttributionTable of={explanation} />}
      {form === 'Text' && <AttributionText of={explanation} adverse={adverse} />}
    </Card>
  )
}
