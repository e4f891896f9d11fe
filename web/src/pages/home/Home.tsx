import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { get, native, type Page } from '../../api/client.ts'
import type { DecisionSummary } from '../../api/types.ts'
import { useNeedsWhy, useReadable } from '../../app/readable.ts'
import { useMay, useSession } from '../../app/session.ts'
import { liveDeployments, newestRuns, pendingApprovals } from '../../app/warm.ts'
import { useWhy } from '../../app/why.ts'
import { DecisionTable } from '../../parts/DecisionTable.tsx'
import { Card, Head } from '../../parts/layout.tsx'
import { PurposeForm } from '../../parts/Purpose.tsx'
import { Failed } from './Failed.tsx'
import { FindDecision } from './FindDecision.tsx'
import { FirstSteps } from './FirstSteps.tsx'
import { LatestChanges, Ledger } from './Ledger.tsx'
import { LiveNow } from './LiveNow.tsx'
import { NewestRuns } from './NewestRuns.tsx'
import { Requests } from './Requests.tsx'

/** What needs somebody, what serves, what is new, and how the ledger stands. */
export function Home() {
  const who = useSession().data?.who
  const may = useMay()
  const readable = useReadable()
  const needsWhy = useNeedsWhy()
  const why = useWhy()
  const approvals = useQuery({ ...pendingApprovals, enabled: may('approval.read') })
  const deployments = useQuery({ ...liveDeployments, enabled: may('deployment.log.read') })
  const runs = useQuery({ ...newestRuns, enabled: may('run.list') })
  const decisions = useQuery({
    queryKey: ['decisions', 'newest', why],
    queryFn: () => get<Page<DecisionSummary>>(`${native}/decisions?limit=6`, why),
    enabled: readable('decision.list'),
    retry: false,
  })
  const pending = approvals.data?.items ?? []
  const waiting = may('approval.approve') ? pending.filter((each) => each.requested_by !== who) : []
  const asked = pending.filter((each) => each.requested_by === who)
  const live = deployments.data?.items ?? []
  const isEmpty = runs.data?.items.length === 0 && decisions.data?.items.length === 0 && live.length === 0
  return (
    <>
      <Head title="Home" sub={sentence(waiting.length, live.length)} />
      <div className="g2">
        <div className="stack">
          {isEmpty && <FirstSteps url={location.origin} />}
          {waiting.length > 0 && <Requests title="Needs you" of={waiting} />}
          {asked.length > 0 && <Requests title="You asked for" of={asked} isOwn />}
          <Failed />
          {live.length > 0 && <LiveNow of={live} />}
          <div className="g22">
            {runs.data && runs.data.items.length > 0 && <NewestRuns of={runs.data.items} />}
            {decisions.data && decisions.data.items.length > 0 && (
              <Card
                title="Newest decisions"
                right={
                  <Link className="l" to="/ui/decisions">
                    all
                  </Link>
                }
                flush
              >
                <DecisionTable of={decisions.data.items} />
              </Card>
            )}
          </div>
          {may('decision.read') && !may('run.list') && <FindDecision />}
          {needsWhy('decision.list') && <PurposeForm title="See the newest decisions" action="Show and record" />}
        </div>
        <aside className="stack">
          <Ledger />
          {may('audit.read') && <LatestChanges />}
        </aside>
      </div>
    </>
  )
}

const sentence = (waiting: number, live: number) => {
  const needs = waiting === 0 ? 'Nothing waits for you.' : `${waiting} ${waiting === 1 ? 'thing needs' : 'things need'} you.`
  return live > 0 ? `${needs} ${live} ${live === 1 ? 'endpoint serves' : 'endpoints serve'}.` : needs
}
