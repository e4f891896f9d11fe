import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { get, native, type Page, post } from '../../api/client.ts'
import type { Decision, Feedback } from '../../api/types.ts'
import { useReadable } from '../../app/readable.ts'
import { useMay } from '../../app/session.ts'
import { useWhy } from '../../app/why.ts'
import { Card } from '../../parts/layout.tsx'
import { ReasonDialog } from '../../parts/ReasonDialog.tsx'
import { WhyLine } from '../../parts/WhyLine.tsx'

type Kind = 'label' | 'override' | 'complaint'

/** Labels, overrides and complaints on a decision, and the way to add one. */
export function Afterwards({ decision }: { decision: Decision }) {
  const may = useMay()
  const readable = useReadable()
  const why = useWhy()
  const client = useQueryClient()
  const [asking, setAsking] = useState<Kind | null>(null)
  const feedback = useQuery({
    queryKey: ['feedback', decision.id, why],
    queryFn: () => get<Page<Feedback>>(`${native}/decisions/${decision.id}/feedback`, why),
    enabled: readable('feedback.read'),
    retry: false,
  })
  const items = feedback.data?.items ?? []
  return (
    <Card title="What happened afterwards" right={feedback.isSuccess ? items.length : ''}>
      {feedback.isSuccess && items.length === 0 && <p className="m">Nothing yet.</p>}
      {feedback.isError && <p className="m">{feedback.error.message}</p>}
      {items.map((each) => (
        <WhyLine
          key={each.id}
          id={each.who}
          who={each.who_name}
          did={said(each)}
          at={each.reported_time}
          seq={each.seq}
          code={each.kind}
          reason={each.reason ?? each.text}
          called={each.kind === 'override'}
        />
      ))}
      {!decision.erased && (may('feedback.write') || may('decision.override')) && (
        <p className="row">
          {may('feedback.write') && (
            <>
              <button type="button" className="btn sm" onClick={() => setAsking('label')}>
                Label…
              </button>
              <button type="button" className="btn sm" onClick={() => setAsking('complaint')}>
                Complaint…
              </button>
            </>
          )}
          {may('decision.override') && (
            <button type="button" className="btn sm" onClick={() => setAsking('override')}>
              Override…
            </button>
          )}
        </p>
      )}
      {asking && (
        <Give
          kind={asking}
          decision={decision}
          onClose={() => setAsking(null)}
          onDone={() => void client.invalidateQueries({ queryKey: ['feedback', decision.id] })}
        />
      )}
    </Card>
  )
}

const said = (each: Feedback) => {
  if (each.kind === 'override') return `overruled it: ${each.from || '–'} → ${each.to}`
  if (each.kind === 'complaint') return 'filed a complaint'
  return each.value === null || each.value === undefined ? each.kind : `told how it turned out: ${String(each.value)}`
}

const TITLES: Record<Kind, [title: string, action: string, value: string | null]> = {
  label: ['Add how it turned out', 'Add', 'Outcome as it turned out'],
  override: ['Override this decision', 'Override', 'New outcome'],
  complaint: ['File a complaint', 'File', null],
}

function Give({ kind, decision, onClose, onDone }: { kind: Kind; decision: Decision; onClose: () => void; onDone: () => void }) {
  const [value, setValue] = useState('')
  const [title, action, asks] = TITLES[kind]
  const body = (words: string) => {
    if (kind === 'override') return { kind, override: { from: decision.outcome ?? '', to: value, reason: words } }
    return kind === 'label' ? { kind, value, text: words } : { kind, text: words }
  }
  return (
    <ReasonDialog
      title={title}
      action={action}
      danger={kind === 'override'}
      codes={['request', 'fix', 'other']}
      ready={asks === null || value.trim() !== ''}
      onClose={onClose}
      onDone={onDone}
      submit={(reason) =>
        post(`${native}/decisions/${decision.id}/feedback`, body(reason.text), { reason: `${reason.code}; ${reason.text}` })
      }
    >
      {asks && (
        <label className="lbl">
          {asks}
          <input className="field" value={value} onChange={(e) => setValue(e.target.value)} required />
        </label>
      )}
    </ReasonDialog>
  )
}
