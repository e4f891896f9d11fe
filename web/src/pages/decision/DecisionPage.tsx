import { useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { useState } from 'react'
import { get, native, seg } from '../../api/client.ts'
import type { Decision, Explanation, Thread } from '../../api/types.ts'
import { useNeedsWhy, useReadable } from '../../app/readable.ts'
import { useMay } from '../../app/session.ts'
import { useWhy } from '../../app/why.ts'
import { Icon, type ProofState } from '../../parts/Icon.tsx'
import { Head } from '../../parts/layout.tsx'
import { Badge, Time } from '../../parts/marks.tsx'
import { PurposeForm, PurposeNote } from '../../parts/Purpose.tsx'
import { Failure, Loading } from '../../parts/states.tsx'
import { ThreadLine } from '../../parts/ThreadLine.tsx'
import { checkedOf } from '../../verify/visit.ts'
import { Afterwards } from './Afterwards.tsx'
import { Answer } from './Answer.tsx'
import { Behind } from './Behind.tsx'
import { Proof } from './Proof.tsx'
import { WentIn } from './WentIn.tsx'
import { WhyScore } from './WhyScore.tsx'

const LIST = (
  <Link key="d" to="/ui/decisions">
    Decisions
  </Link>
)

/** One decision: the answer first, then why, what went in, who stands behind it, and the proof. */
export function DecisionPage() {
  const { id } = useParams({ strict: false }) as { id: string }
  const why = useWhy()
  const needsWhy = useNeedsWhy()
  const [revealed, setRevealed] = useState(false)
  const path = `${native}/decisions/${seg(id)}${revealed ? '?reveal=true' : ''}`
  const asks = needsWhy('decision.read')
  const decision = useQuery({
    queryKey: ['decision', id, why, revealed],
    queryFn: () => get<Decision>(path, why),
    enabled: !asks,
    placeholderData: (before) => before,
    retry: false,
  })
  if (asks || decision.isLoadingError) {
    return (
      <>
        <Head crumbs={[LIST]} title={`Decision ${id.length > 30 ? `${id.slice(0, 13)}…` : id}`} />
        {decision.isLoadingError && <Failure error={decision.error} />}
        {asks && <PurposeForm title="Say why you open this decision" />}
      </>
    )
  }
  if (decision.isPending) return <Loading height={600} />
  return <Shown asked={id} decision={decision.data} revealed={revealed} onReveal={() => setRevealed(true)} />
}

function Shown({
  asked,
  decision,
  revealed,
  onReveal,
}: {
  asked: string
  decision: Decision
  revealed: boolean
  onReveal: () => void
}) {
  const may = useMay()
  const why = useWhy()
  const readable = useReadable()
  const path = `${native}/decisions/${decision.id}`
  const thread = useQuery({
    queryKey: ['thread', 'decision', decision.id, why],
    queryFn: () => get<Thread>(`${native}/trace/decision/${decision.id}?direction=up&depth=8`, why),
    enabled: may('lineage.read'),
  })
  const explanation = useQuery({
    queryKey: ['explanation', decision.id, why],
    queryFn: () => get<Explanation>(`${path}/explanation`, why),
    enabled: !decision.erased && readable('explanation.read') && decision.model !== undefined,
    retry: false,
  })
  const name = decision.client_id ?? (asked === decision.id ? `${decision.id.slice(0, 13)}…` : asked)
  const state = stateOf(decision)
  return (
    <>
      <Head
        crumbs={[LIST, ...(decision.model ? [decision.model] : [])]}
        title={`Decision ${name}`}
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
            <Link className="btn" to={`/ui/thread/decision/${decision.id}`}>
              <Icon name="thread" /> Thread
            </Link>
            <Link className="btn p" to={`/ui/verify/${decision.id}`}>
              Verify <kbd>v</kbd>
            </Link>
          </>
        }
      />
      <ThreadLine thread={thread.data} isComing={thread.isLoading} current={`decision:${decision.id}`} />
      <PurposeNote />
      {decision.masked && !decision.erased && <Masked />}
      <div className="g2">
        <div className="stack">
          <Answer decision={decision} explanation={explanation.data} isComing={explanation.isLoading} />
          {explanation.data && <WhyScore explanation={explanation.data} decision={decision} />}
          {explanation.isError && !decision.masked && (
            <p className="note">
              <Icon name="help" />
              <span>No reasons are shown. {explanation.error.message}</span>
            </p>
          )}
          {decision.features && <WentIn decision={decision} />}
          {readable('decision.reveal') && !decision.masked && !decision.erased && !revealed && (
            <p className="row">
              <button type="button" className="btn sm" onClick={onReveal}>
                Show client id and protected attributes
              </button>
              <span className="s m">This read is recorded too.</span>
            </p>
          )}
        </div>
        <aside className="stack">
          <Proof decision={decision} state={state} />
          {thread.data && <Behind thread={thread.data} />}
          <Afterwards decision={decision} />
        </aside>
      </div>
    </>
  )
}

/** What is known of its proof; what this browser found leads. */
const stateOf = (decision: Decision): ProofState => {
  const checked = checkedOf(decision.id)
  if (checked && !checked.valid) return 'failed'
  if (decision.erased) return 'erased'
  if (checked) return 'verified'
  return decision.seq === undefined ? 'recorded' : 'signed'
}

/** A role that reads without personal content is told so; one that may open it says why first. */
function Masked() {
  const [asking, setAsking] = useState(false)
  const hasSaid = !!useWhy().purpose
  if (asking && !hasSaid) return <PurposeForm title="Open what is personal" />
  return (
    <div className="note">
      <Icon name="lock" />
      <div>Your role sees this decision without what is personal.</div>
      {!hasSaid && (
        <button type="button" className="l end" onClick={() => setAsking(true)}>
          Give a purpose
        </button>
      )}
    </div>
  )
}
