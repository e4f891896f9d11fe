import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { get, mlflow, native, type Page, post } from '../api/client.ts'
import type { Approval, DecisionSummary, Deployment, Entry, MlExperiment, MlRun } from '../api/types.ts'
import { useMay, useSession } from '../app/session.ts'
import { useHead } from '../app/useHead.ts'
import { useNeedsWhy, useReadable, useWhy } from '../app/why.ts'
import { actWords, count, number, score, short } from '../parts/format.ts'
import { Icon, ProofGlyph } from '../parts/Icon.tsx'
import { Card, Head } from '../parts/layout.tsx'
import { Badge, Copy, Person, Time } from '../parts/marks.tsx'
import { PurposeForm } from '../parts/Purpose.tsx'
import { Table } from '../parts/Table.tsx'
import { WhyLine } from '../parts/WhyLine.tsx'

/** What needs somebody, what serves, what is new, and how the ledger stands. */
export function Home() {
  const who = useSession().data?.who
  const may = useMay()
  const readable = useReadable()
  const needsWhy = useNeedsWhy()
  const why = useWhy()
  const approvals = useQuery({
    queryKey: ['approvals', 'pending'],
    queryFn: () => get<Page<Approval>>(`${native}/approvals?state=pending&limit=100`),
    enabled: may('approval.read'),
  })
  const deployments = useQuery({
    queryKey: ['deployments', 'live'],
    queryFn: () => get<Page<Deployment>>(`${native}/deployments?state=live&limit=50`),
    enabled: may('deployment.log.read'),
  })
  const runs = useQuery({ queryKey: ['runs', 'newest'], queryFn: newestRuns, enabled: may('run.list') })
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
  const isEmpty = runs.data?.length === 0 && decisions.data?.items.length === 0 && live.length === 0
  return (
    <>
      <Head title="Home" sub={sentence(waiting.length, live.length)} />
      <div className="g2">
        <div className="stack">
          {isEmpty && <FirstSteps url={location.origin} />}
          {waiting.length > 0 && <Requests title="Needs you" of={waiting} />}
          {asked.length > 0 && <Requests title="You asked for" of={asked} isOwn />}
          {live.length > 0 && <LiveNow of={live} />}
          <div className="g22">
            {runs.data && runs.data.length > 0 && <NewestRuns of={runs.data} />}
            {decisions.data && decisions.data.items.length > 0 && <NewestDecisions of={decisions.data.items} />}
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

function Requests({ title, of, isOwn = false }: { title: string; of: Approval[]; isOwn?: boolean }) {
  return (
    <Card title={title} right={<span className={`chip ${isOwn ? '' : 'am'}`}>{of.length}</span>} flush>
      <ul className="need">
        {of.map((approval) => (
          <li key={approval.id}>
            <span className={`need-i ${isOwn ? 'own' : ''}`}>
              <Icon name="approvals" size={16} />
            </span>
            <div>
              <b>
                {isOwn ? 'Approval of ' : 'Approve '}
                {approval.model} v{approval.version}
              </b>
              <div className="s m">
                {isOwn ? (
                  'Somebody else decides'
                ) : (
                  <>
                    Asked by <Person id={approval.requested_by} name={approval.requested_by_name} />
                  </>
                )}{' '}
                · {approval.granted} of {approval.required} votes in
              </div>
            </div>
            <span className="m s">
              <Time at={approval.requested_at} />
            </span>
            <Link className="btn sm" to="/ui/approvals">
              {isOwn ? 'Open' : 'Review'}
            </Link>
          </li>
        ))}
      </ul>
    </Card>
  )
}

function LiveNow({ of }: { of: Deployment[] }) {
  return (
    <Card
      title="Live now"
      right={
        <Link className="l" to="/ui/deployments">
          all deployments
        </Link>
      }
      flush
    >
      <Table
        label="Live now"
        of={of}
        keyOf={(each) => each.id}
        columns={[
          { title: 'Endpoint', cell: (each) => <b>{each.endpoint}</b> },
          {
            title: 'Model',
            cell: (each) =>
              each.model && (
                <Link className="l" to={`/ui/models/${encodeURIComponent(each.model)}/${each.version}`}>
                  {each.model} <span className="chip">v{each.version}</span>
                </Link>
              ),
          },
          { title: 'Tier', cell: (each) => each.tier },
          { title: 'By', cell: (each) => <Person id={each.requested_by} name={each.requested_by_name} /> },
          { title: 'Since', cell: (each) => <Time at={each.live_from} />, n: true },
        ]}
      />
    </Card>
  )
}

function NewestRuns({ of }: { of: MlRun[] }) {
  const metric = of[0]?.data.metrics?.find((each) => /auc|acc|f1/i.test(each.key) && /val|test/i.test(each.key))?.key
  const shown = metric ?? of[0]?.data.metrics?.[0]?.key
  return (
    <Card
      title="Newest runs"
      right={
        <Link className="l" to="/ui/experiments">
          experiments
        </Link>
      }
      flush
    >
      <Table
        label="Newest runs"
        of={of}
        keyOf={(run) => run.info.run_id}
        columns={[
          {
            title: 'Run',
            cell: (run) => (
              <>
                <RunMark status={run.info.status} />{' '}
                <Link className="l" to={`/ui/runs/${run.info.run_id}`}>
                  {run.info.run_name}
                </Link>
              </>
            ),
          },
          {
            title: shown ?? 'Metric',
            cell: (run) => number(run.data.metrics?.find((each) => each.key === shown)?.value),
            n: true,
          },
          { title: 'Started', cell: (run) => <Time at={run.info.start_time} />, n: true },
        ]}
      />
    </Card>
  )
}

/** Shape tells the state: a dot runs, a tick finished, a cross failed. */
export function RunMark({ status }: { status: string }) {
  const name = status === 'FINISHED' ? 'check' : status === 'RUNNING' || status === 'SCHEDULED' ? 'dot' : 'x'
  return (
    <span className={`rm ${name}`} title={status.toLowerCase()}>
      {name === 'dot' ? <i /> : <Icon name={name} size={13} />}
      <span className="vh">{status.toLowerCase()}</span>
    </span>
  )
}

function NewestDecisions({ of }: { of: DecisionSummary[] }) {
  return (
    <Card
      title="Newest decisions"
      right={
        <Link className="l" to="/ui/decisions">
          all
        </Link>
      }
      flush
    >
      <Table
        label="Newest decisions"
        of={of}
        keyOf={(each) => each.id}
        columns={[
          {
            title: 'Decision',
            cell: (each) => (
              <Link className="l mono" to={`/ui/decisions/${each.id}`} title={each.id}>
                {short(each.id)}
              </Link>
            ),
          },
          { title: 'Outcome', cell: (each) => each.outcome ?? '–' },
          { title: 'Score', cell: (each) => score(each.score), n: true },
          { title: 'Time', cell: (each) => <Time at={each.event_time} />, n: true },
        ]}
      />
    </Card>
  )
}

/** For those whose work begins with one decision. */
function FindDecision() {
  const navigate = useNavigate()
  const [id, setId] = useState('')
  return (
    <Card title="Open a decision">
      <form
        className="row"
        onSubmit={(e) => {
          e.preventDefault()
          if (id.trim()) void navigate({ to: `/ui/decisions/${encodeURIComponent(id.trim())}` })
        }}
      >
        <label className="field grow">
          <Icon name="search" />
          <input
            className="bare"
            aria-label="Decision id or client id"
            placeholder="Id, or the number of the application"
            value={id}
            onChange={(e) => setId(e.target.value)}
          />
        </label>
        <button type="submit" className="btn p" disabled={!id.trim()}>
          Open
        </button>
      </form>
    </Card>
  )
}

function Ledger() {
  const head = useHead()
  if (!head.data) return null
  return (
    <Card title="Ledger" right={<Badge state="signed" />}>
      <div className="big">{count(head.data.size)}</div>
      <p className="t2">entries under the last signature</p>
      <ul className="pf">
        <li>
          <ProofGlyph state="signed" />
          <div>
            <b>Checkpoint signed</b>
            <div className="s m">two signatures: Ed25519 and ML-DSA-44</div>
          </div>
        </li>
        <li className="off">
          <ProofGlyph state="recorded" />
          <div>
            <b>{head.data.origin}</b>
            <div className="s m">the log’s name in every proof</div>
          </div>
        </li>
      </ul>
      <p className="row">
        <Link className="btn" to="/ui/verify">
          Verify a proof
        </Link>
      </p>
    </Card>
  )
}

function LatestChanges() {
  const changes = useQuery({
    queryKey: ['entries', 'newest'],
    queryFn: () => get<Page<Entry>>(`${native}/ledger/entries?limit=6`),
    refetchInterval: 15_000,
  })
  if (!changes.data?.items.length) return null
  return (
    <Card
      title="Latest changes"
      right={
        <Link className="l" to="/ui/audit">
          Audit
        </Link>
      }
    >
      {changes.data.items.map((each) => (
        <WhyLine key={each.seq} id={each.who} who={each.name} did={actWords(each.act)} at={each.time} seq={each.seq} />
      ))}
    </Card>
  )
}

async function newestRuns(): Promise<MlRun[]> {
  const { experiments = [] } = await get<{ experiments?: MlExperiment[] }>(`${mlflow}/experiments/search?max_results=100`)
  if (!experiments.length) return []
  const found = await post<{ runs?: MlRun[] }>(`${mlflow}/runs/search`, {
    experiment_ids: experiments.map((each) => each.experiment_id),
    max_results: 6,
    order_by: ['attributes.start_time DESC'],
  })
  return found.runs ?? []
}

/** What to copy on a server that holds nothing yet. */
function FirstSteps({ url }: { url: string }) {
  const isOpen = useSession().data?.state === 'open'
  const steps: [string, string][] = [
    ['Log a run from Python', `import mlflow\nmlflow.set_tracking_uri("${url}")`],
    [
      'Record a decision',
      `curl -X POST ${url}/api/clew/v1/decisions -H 'Content-Type: application/json' \\\n  -d '{"client_id": "a-1", "features": {"age": 33}, "outcome": "denied", "score": 0.7}'`,
    ],
    ['Make the first user', './clew user add NAME --role SA'],
  ]
  return (
    <Card title="First steps">
      <p className="t2">
        Nothing is recorded yet. {isOpen && 'As long as there is no user, this machine may do everything without a token.'}
      </p>
      {steps.map(([title, line]) => (
        <div key={title}>
          <h3>{title}</h3>
          <pre className="cmd">
            {line}
            <Copy text={line} label="line" />
          </pre>
        </div>
      ))}
    </Card>
  )
}
