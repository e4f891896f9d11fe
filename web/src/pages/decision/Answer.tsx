import type { Decision, Explanation } from '../../api/types.ts'
import { number } from '../../parts/format.ts'
import { Icon } from '../../parts/Icon.tsx'
import { Card } from '../../parts/layout.tsx'
import { Loading } from '../../parts/states.tsx'
import { plain } from '../../parts/Waterfall.tsx'

/** Outcomes that are against the person. */
export const ADVERSE = /den|reject|declin|refus|bad/i

/** Pixels of a heading and four reasons, which move nothing when they come. */
const REASONS = 132

/** The answer in words: outcome, score and threshold, rule, main reasons. */
export function Answer({
  decision,
  explanation,
  isComing,
}: {
  decision: Decision
  explanation: Explanation | undefined
  isComing: boolean
}) {
  const denied = ADVERSE.test(decision.outcome ?? '')
  const codes = explanation?.reasons?.codes ?? []
  const isScaled = decision.score !== undefined && decision.score >= 0 && decision.score <= 1
  return (
    <Card flush className="ans">
      <div className="ans-h">
        <Icon name={decision.erased ? 'lock' : denied ? 'no' : 'ok'} size={26} />
        <div>
          <p className="h">{decision.erased ? 'Erased' : decision.outcome ? plain(decision.outcome) : 'No outcome was sent'}</p>
          <p>{decision.erased ? ERASED : <Words decision={decision} />}</p>
        </div>
      </div>
      {isScaled && <Scale decision={decision} denied={denied} />}
      {denied && isComing && (
        <div className="ans-r">
          <Loading height={REASONS} />
        </div>
      )}
      {codes.length > 0 && (
        <div className="ans-r">
          <div className="ans-t">
            <h2 className="h3">Main reasons</h2>
            {!isByRule(decision) && <span className="s m">share of what spoke against the applicant</span>}
          </div>
          <ol className="reasons">
            {codes.map((code, i) => (
              <li key={code.code}>
                <span className="n">{i + 1}</span>
                <span>
                  {code.text.en ?? Object.values(code.text)[0] ?? code.code}
                  <code>{code.features.join(', ')}</code>
                </span>
                {!isByRule(decision) && <span className="num m">{Math.round(code.share * 100)} %</span>}
              </li>
            ))}
          </ol>
        </div>
      )}
      {denied && !decision.erased && (
        <div className="ans-r">
          <h2 className="h3">What would have changed the answer</h2>
          <p className="s m">
            Empty, since this server does not search for it yet. Who has the model and its training data can:{' '}
            <code className="brk">clew counterfactual MODEL ROW --background FILE</code>
          </p>
        </div>
      )}
    </Card>
  )
}

const ERASED =
  'What went in and came out was erased with the person’s key. That a decision was recorded, and when, is still proven.'

/** Whether a rule decided rather than the score; where nobody said, a rule that fired did. */
export const isByRule = ({ decisive, rules }: Decision) => decisive === 'rule' || (!decisive && (rules ?? []).length > 0)

/** What decided, where it was neither the score nor a rule. */
const OTHERS: Record<string, string> = {
  override: 'A person decided, not the score.',
  fallback: 'The fallback decided, since the model gave no answer.',
}

function Words({ decision }: { decision: Decision }) {
  const rules = decision.rules ?? []
  const other = OTHERS[decision.decisive ?? '']
  return (
    <>
      {decision.score !== undefined && (
        <>
          The score <b title={String(decision.score)}>{number(decision.score, 3)}</b>
          {decision.threshold !== undefined && (
            <>
              {' '}
              is {decision.score >= decision.threshold ? 'at or above' : 'below'} the threshold{' '}
              <b>{number(decision.threshold)}</b>
            </>
          )}
          .{' '}
        </>
      )}
      {rules.length > 0 && (
        <>
          {rules.length === 1 ? 'Rule ' : 'Rules '}
          {rules.map((rule) => (
            <code key={rule}>{rule} </code>
          ))}
          {isByRule(decision) ? 'decided, not the score.' : 'fired. '}
        </>
      )}
      {other ??
        (isByRule(decision) || decision.score === undefined
          ? ''
          : rules.length > 0
            ? 'The score decided.'
            : 'No rule fired; the score decided.')}
    </>
  )
}

/** The score between 0 and 1, with the threshold and what lies on either side of it. */
function Scale({ decision, denied }: { decision: Decision; denied: boolean }) {
  const score = decision.score ?? 0
  const limit = decision.threshold
  const at = (v: number) => `${v * 100}%`
  const isAbove = limit !== undefined && score >= limit
  const isNear = limit !== undefined && Math.abs(limit - score) < 0.04
  const ruled = isByRule(decision) || (decision.decisive ?? 'model') !== 'model'
  const other = denied ? 'approved' : 'denied'
  const here = (decision.outcome ?? '').replace(/_/g, ' ')
  return (
    <div
      className="scale"
      role="img"
      aria-label={`Score ${number(score)} between 0 and 1${limit === undefined ? '' : `, threshold ${number(limit)}`}`}
    >
      <div className="track" />
      <div className="fill" style={{ width: at(score) }} />
      {limit !== undefined && <div className="limit" style={{ left: at(limit) }} />}
      <div className="dot" style={{ left: at(score) }} />
      <div
        className={`txt ${isNear ? (isAbove ? 'right' : 'left') : ''}`}
        style={{ left: at(Math.min(0.96, Math.max(0.04, score))) }}
      >
        {number(score, 3)}
      </div>
      {limit !== undefined && (
        <div className={`txt lim ${isAbove ? 'before' : ''}`} style={{ left: at(limit) }}>
          {number(limit)} threshold
        </div>
      )}
      <div className="end a">0</div>
      {limit !== undefined && !ruled && here && (
        <>
          <div className="side below" style={{ right: at(1 - limit) }}>
            {isAbove ? other : here} below
          </div>
          <div className="side above" style={{ left: at(limit) }}>
            {isAbove ? here : other} from here
          </div>
        </>
      )}
      <div className="end z">1</div>
    </div>
  )
}
