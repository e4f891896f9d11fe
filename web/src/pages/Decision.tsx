import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { useState } from 'react'
import { get, native, type Page, post, seg, type Why } from '../api/client.ts'
import type { Decision, Explanation, Feedback, Thread } from '../api/types.ts'
import { useMay, useSession } from '../app/session.ts'
import { number } from '../parts/format.ts'
import { Icon, ProofGlyph } from '../parts/Icon.tsx'
import { Badge, Card, Digest, EntryLink, Facts, Failure, Head, Loading, ReasonDialog, Time, WhyLine } from '../parts/parts.tsx'
import { ThreadLine } from '../parts/ThreadLine.tsx'
import { AttributionTable, AttributionText, plain, Waterfall } from '../parts/Waterfall.tsx'

const PURPOSES = ['decision-review', 'subject-request', 'complaint', 'audit', 'debugging', 'monitoring']
const ADVERSE = /den|reject|declin|refus|bad/i

export function DecisionPage() {
  const { id } = useParams({ strict: false }) as { id: string }
  const [why, setWhy] = useState<Why>({})
  const path = `${native}/decisions/${seg(id)}`
  const decision = useQuery({ queryKey: ['decision', id, why], queryFn: () => get<Decision>(path, why) })
  if (decision.isPending) return <Loading height={600} />
  if (decision.isError) return <Refused id={id} error={decision.error} onWhy={setWhy} />
  return <Shown decision={decision.data} why={why} onWhy={setWhy} />
}

/** What needs a purpose asks for it; the read is recorded under it. */
function Refused({ id, error, onWhy }: { id: string; error: unknown; onWhy: (why: Why) => void }) {
  return (
    <>
      <Head
        crumbs={[
          <Link key="d" to="/ui/decisions">
            Decisions
          </Link>,
          id,
        ]}
        title={`Decision ${id}`}
      />
      <Failure error={error} />
      <PurposeForm onWhy={onWhy} />
    </>
  )
}

function PurposeForm({ onWhy }: { onWhy: (why: Why) => void }) {
  const [purpose, setPurpose] = useState(PURPOSES[0] ?? '')
  const [reason, setReason] = useState('')
  return (
    <Card title="Open personal data">
      <form
        onSubmit={(e) => {
          e.preventDefault()
          onWhy({ purpose, reason: `request; ${reason}` })
        }}
      >
        <p className="t2">
          What a decision is about is personal. Opening it is recorded, with the purpose and reason you give here.
        </p>
        <label className="lbl">
          Purpose
          <select className="field" value={purpose} onChange={(e) => setPurpose(e.target.value)}>
            {PURPOSES.map((each) => (
              <option key={each}>{each}</option>
            ))}
          </select>
        </label>
        <label className="lbl">
          Reason
          <input className="field" value={reason} onChange={(e) => setReason(e.target.value)} required />
        </label>
        <p>
          <button type="submit" className="btn p" disabled={!reason.trim()}>
            Open and record
          </button>
        </p>
      </form>
    </Card>
  )
}

function Shown({ decision, why, onWhy }: { decision: Decision; why: Why; onWhy: (why: Why) => void }) {
  const session = useSession().data
  const may = useMay()
  const [asking, setAsking] = useState<'override' | 'label' | null>(null)
  const client = useQueryClient()
  const path = `${native}/decisions/${decision.id}`
  const thread = useQuery({
    queryKey: ['thread', 'decision', decision.id],
    queryFn: () => get<Thread>(`${native}/trace/decision/${decision.id}?direction=up&depth=8`),
    enabled: may('lineage.read'),
  })
  const explanation = useQuery({
    queryKey: ['explanation', decision.id, why],
    queryFn: () => get<Explanation>(`${path}/explanation`, why),
    enabled: !decision.erased && may('explanation.read') && decision.model !== null,
    retry: false,
  })
  const feedback = useQuery({
    queryKey: ['feedback', decision.id, why],
    queryFn: () => get<Page<Feedback>>(`${path}/feedback`, why),
    enabled: may('feedback.read'),
    retry: false,
  })
  const title = decision.client_id ?? decision.id.slice(0, 8)
  const state = decision.erased ? 'erased' : decision.seq === null ? 'recorded' : 'signed'
  return (
    <div className="p-decision">
      <Head
        crumbs={[
          <Link key="d" to="/ui/decisions">
            Decisions
          </Link>,
          ...(decision.model ? [decision.model] : []),
          <span key="i" className="mono">
            {decision.id.slice(0, 8)}…
          </span>,
        ]}
        title={`Decision ${title}`}
        badge={<Badge state={state} />}
        sub={
          <>
            Decided <Time at={decision.event_time ?? decision.received_at} full />
            {decision.model && (
              <>
                {' by '}
                <Link className="l" to={`/ui/models/${seg(decision.model)}/${decision.version}`}>
                  {decision.model} v{decision.version}
                </Link>
              </>
            )}
            {decision.endpoint && <> on {decision.endpoint}</>}
          </>
        }
        acts={
          <>
            {may('feedback.write') && !decision.erased && (
              <button type="button" className="btn" onClick={() => setAsking('label')}>
                <Icon name="feedback" /> Give feedback
              </button>
            )}
            <Link className="btn p" to={`/ui/verify/${decision.id}`}>
              Verify <kbd>V</kbd>
            </Link>
          </>
        }
      />
      {thread.data && <ThreadLine thread={thread.data} current={`decision:${decision.id}`} />}
      {!decision.masked && session && (
        <div className="note">
          <Icon name="eye" />
          <div>You opened personal data{why.purpose ? ` for ${why.purpose}` : ''}. That you read it is recorded.</div>
        </div>
      )}
      {decision.masked && !decision.erased && <PurposeForm onWhy={onWhy} />}
      <div className="g2">
        <div className="stack">
          <Answer decision={decision} explanation={explanation.data} />
          {explanation.data && <WhyScore explanation={explanation.data} decision={decision} />}
          {explanation.isError && !decision.masked && <Failure error={explanation.error} />}
          {decision.features && <WentIn decision={decision} />}
        </div>
        <aside className="stack">
          <Card title="Proof" right={<ProofGlyph state={state} />}>
            <ul className="pf">
              <li>
                <ProofGlyph state="recorded" />
                <div>
                  <b>Recorded</b>
                  <div className="s m">
                    <Time at={decision.received_at} full />
                    {decision.seq !== null && (
                      <>
                        {' '}
                        · record {decision.i} of entry <EntryLink seq={decision.seq} />
                      </>
                    )}
                  </div>
                </div>
              </li>
              <li>
                <ProofGlyph state={decision.seq === null ? 'recorded' : 'signed'} />
                <div>
                  <b>{decision.seq === null ? 'Waits for its batch' : 'Signed'}</b>
                  <div className="s m">Ed25519 and ML-DSA-44</div>
                </div>
              </li>
              <li className="off">
                <ProofGlyph state="recorded" />
                <div>
                  <b>Not yet checked by you</b>
                  <div className="s m">takes about a second, in this browser</div>
                </div>
              </li>
            </ul>
            <p>
              <Link className="btn" to={`/ui/verify/${decision.id}`}>
                Verify in this browser
              </Link>{' '}
              <a className="btn" href={`${path}/proof`} download={`${decision.id}.tlog-proof`} aria-label="Download the proof">
                <Icon name="download" />
              </a>
            </p>
            <Facts
              of={[
                ['Record', <Digest key="r" of={decision.digest} />],
                ['Decision id', <Digest key="i" of={decision.id} what="id" />],
              ]}
            />
          </Card>
          {thread.data && <Behind thread={thread.data} />}
          <Card title="What happened afterwards" right={feedback.data?.items.length ?? ''}>
            {feedback.data?.items.length === 0 && <p className="m">Nothing yet.</p>}
            {feedback.isError && <p className="m">{feedback.error.message}</p>}
            {feedback.data?.items.map((each) => (
              <WhyLine
                key={each.id}
                who={each.who}
                did={
                  each.kind === 'override'
                    ? `overruled: ${each.from} → ${each.to}`
                    : `${each.kind}${each.value === null ? '' : `: ${String(each.value)}`}`
                }
                at={each.reported_time}
                seq={each.seq ?? 0}
                code={each.kind}
                reason={each.reason ?? each.text}
              />
            ))}
            {may('decision.override') && !decision.erased && (
              <button type="button" className="btn sm" onClick={() => setAsking('override')}>
                Override…
              </button>
            )}
          </Card>
          <Link className="btn" to={`/ui/thread/decision/${decision.id}`}>
            Follow the whole thread
          </Link>
        </aside>
      </div>
      {asking && (
        <FeedbackDialog
          kind={asking}
          decision={decision}
          onClose={() => setAsking(null)}
          onDone={() => void client.invalidateQueries({ queryKey: ['feedback', decision.id] })}
        />
      )}
    </div>
  )
}

function FeedbackDialog({
  kind,
  decision,
  onClose,
  onDone,
}: {
  kind: 'override' | 'label'
  decision: Decision
  onClose: () => void
  onDone: () => void
}) {
  const [value, setValue] = useState('')
  return (
    <ReasonDialog
      title={kind === 'override' ? 'Override this decision' : 'Add what really happened'}
      action={kind === 'override' ? 'Override' : 'Add'}
      danger={kind === 'override'}
      codes={['request', 'fix', 'other']}
      onClose={onClose}
      onDone={onDone}
      submit={(reason) =>
        post(
          `${native}/decisions/${decision.id}/feedback`,
          kind === 'override'
            ? { kind, override: { from: decision.outcome ?? '', to: value, reason: reason.text } }
            : { kind, value, text: reason.text },
          { reason: `${reason.code}; ${reason.text}` },
        )
      }
    >
      <label className="lbl">
        {kind === 'override' ? 'New outcome' : 'Outcome as it turned out'}
        <input className="field" value={value} onChange={(e) => setValue(e.target.value)} required />
      </label>
    </ReasonDialog>
  )
}

function Answer({ decision, explanation }: { decision: Decision; explanation: Explanation | undefined }) {
  const denied = ADVERSE.test(decision.outcome ?? '')
  const codes = explanation?.reasons?.codes ?? []
  return (
    <Card flush>
      <div className="ans">
        <div style={{ display: 'flex', gap: 14 }}>
          <Icon name={decision.erased ? 'lock' : denied ? 'no' : 'ok'} size={24} />
          <div>
            <div className="h">
              {decision.erased ? 'Erased' : decision.outcome ? plain(decision.outcome) : 'No outcome was sent'}
            </div>
            {decision.erased ? (
              <p>
                What went in and came out was erased with the person’s key. That a decision was recorded, and when, is still
                proven.
              </p>
            ) : (
              <p>
                {decision.score !== null && (
                  <>
                    The score <b>{number(decision.score)}</b>
                    {decision.threshold !== null && (
                      <>
                        {' '}
                        is {decision.score >= decision.threshold ? 'at or above' : 'below'} the threshold{' '}
                        <b>{number(decision.threshold)}</b>
                      </>
                    )}
                    .{' '}
                  </>
                )}
                {decision.rules && decision.rules.length > 0 ? (
                  <>
                    Rule{' '}
                    {decision.rules.map((rule) => (
                      <code key={rule}>{rule} </code>
                    ))}{' '}
                    decided.
                  </>
                ) : (
                  'No rule fired.'
                )}
              </p>
            )}
          </div>
        </div>
        {decision.score !== null && decision.score >= 0 && decision.score <= 1 && (
          <div
            className="scale"
            role="img"
            aria-label={`Score ${number(decision.score)} between 0 and 1, threshold ${number(decision.threshold)}`}
          >
            <div className="track" />
            <div className="fill" style={{ width: `${decision.score * 100}%` }} />
            {decision.threshold !== null && (
              <>
                <div className="limit" style={{ left: `${decision.threshold * 100}%` }} />
                <div className="txt lim" style={{ left: `${decision.threshold * 100}%`, top: 36 }}>
                  {number(decision.threshold)} threshold
                </div>
              </>
            )}
            <div className="dot" style={{ left: `${decision.score * 100}%` }} />
            <div className="txt" style={{ left: `${Math.min(96, Math.max(4, decision.score * 100))}%` }}>
              {number(decision.score)}
            </div>
          </div>
        )}
        {codes.length > 0 && (
          <div>
            <h3>Main reasons · share of what spoke against the applicant</h3>
            <ol className="reasons">
              {codes.map((code, i) => (
                <li key={code.code}>
                  <span className="n">{i + 1}</span>
                  <span>
                    {code.text.en ?? Object.values(code.text)[0] ?? code.code}
                    <br />
                    <code className="m">{code.features.join(', ')}</code>
                  </span>
                  <span className="num m">{Math.round(code.share * 100)} %</span>
                </li>
              ))}
            </ol>
          </div>
        )}
      </div>
    </Card>
  )
}

function WhyScore({ explanation, decision }: { explanation: Explanation; decision: Decision }) {
  const [form, setForm] = useState<'Chart' | 'Table' | 'Text'>('Chart')
  // Denying at or above the threshold means that a higher score is adverse.
  const denied = ADVERSE.test(decision.outcome ?? '')
  const above = decision.score !== null && decision.threshold !== null && decision.score >= decision.threshold
  const adverse = decision.threshold === null || above === denied ? 'higher' : 'lower'
  return (
    <Card
      title="Why this score"
      flush
      right={
        <>
          <span>
            {explanation.method === 'tree' ? 'TreeSHAP, exact' : explanation.method} · adds up within{' '}
            {explanation.additivity_error.toExponential(0)}
          </span>
          <span className="seg" role="group" aria-label="Form">
            {(['Chart', 'Table', 'Text'] as const).map((each) => (
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

function WentIn({ decision }: { decision: Decision }) {
  const features = Object.entries(decision.features ?? {})
  return (
    <Card title="What went in" right={`${features.length} columns`} flush>
      <div className="scroll">
        <table className="inp">
          <tbody>
            {features.map(([name, value]) => (
              <tr key={name}>
                <td>
                  <code>{name}</code>
                </td>
                <td>{value === null ? '–' : String(value)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {decision.protected_attributes && Object.keys(decision.protected_attributes).length > 0 && (
        <div className="b s">
          <Icon name="lock" /> Kept apart for fairness checks:{' '}
          {Object.entries(decision.protected_attributes).map(([name, value]) => (
            <code key={name}>
              {name} = {String(value)}{' '}
            </code>
          ))}
        </div>
      )}
    </Card>
  )
}

/** Who let this version decide, newest first, with the reasons they gave. */
function Behind({ thread }: { thread: Thread }) {
  const acts = ['deploy.start', 'deploy.live', 'approval.grant', 'approval.request', 'model.version.register']
  const lines = thread.nodes
    .flatMap((node) => node.history.map((happening) => ({ ...happening, about: node.title })))
    .filter((each) => acts.includes(each.act))
    .sort((a, b) => b.seq - a.seq)
  if (!lines.length) return null
  const words: Record<string, string> = {
    'deploy.start': 'deployed',
    'deploy.live': 'made live',
    'approval.grant': 'approved',
    'approval.request': 'asked to approve',
    'model.version.register': 'registered',
  }
  return (
    <Card title="Who stands behind it">
      {lines.map((each) => (
        <WhyLine
          key={`${each.seq}-${each.act}`}
          who={each.who}
          did={`${words[each.act]} ${each.about}`}
          at={each.time}
          seq={each.seq}
          code={each.why}
          reason={each.reason}
        />
      ))}
    </Card>
  )
}
