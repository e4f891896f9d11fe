import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { get, mlflow, native, type Page, post } from '../api/client.ts'
import type { Approval, DecisionSummary, Deployment, Entry, MlExperiment, MlRun } from '../api/types.ts'
import { useMay, useSession } from '../app/session.ts'
import { useHead } from '../app/useHead.ts'
import { actWords, count, number } from '../parts/format.ts'
import { Icon, ProofGlyph } from '../parts/Icon.tsx'
import { Badge, Card, Copy, EntryLink, Head, Person, Time } from '../parts/parts.tsx'

export function Home() {
  const may = useMay()
  const session = useSession().data
  const head = useHead()
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
    queryKey: ['decisions', 'newest'],
    queryFn: () => get<Page<DecisionSummary>>(`${native}/decisions?limit=6`),
    enabled: may('decision.list'),
    retry: false,
  })
  const changes = useQuery({
    queryKey: ['entries', 'newest'],
    queryFn: () => get<Page<Entry>>(`${native}/ledger/entries?limit=6`),
    enabled: may('audit.read'),
    refetchInterval: 15_000,
  })
  const waiting = approvals.data?.items ?? []
  const empty = runs.data?.length === 0 && (decisions.data?.items.length ?? 0) === 0
  return (
    <div className="p-home">
      <Head
        title="Home"
        sub={
          waiting.length === 0
            ? 'Nothing waits for you.'
            : `${waiting.length} ${waiting.length === 1 ? 'thing needs' : 'things need'} you.`
        }
      />
      <div className="g2">
        <div className="stack">
          {empty && <FirstSteps url={location.origin} open={session?.state === 'open'} />}
          {waiting.length > 0 && (
            <Card title="Needs you" right={<span className="chip am">{waiting.length}</span>} flush>
              <ul className="need">
                {waiting.map((approval) => (
                  <li key={approval.id}>
                    <Icon name="approvals" size={18} />
                    <div>
                      <b>
                        Approve {approval.model} v{approval.version}
                      </b>
                      <div className="s m">
                        Asked by <Person name={approval.requested_by} /> · {approval.granted} of {approval.required} votes
                      </div>
                    </div>
                    <span className="m">
                      <Time at={approval.requested_at} />
                    </span>
                    <Link className="btn sm" to="/ui/approvals">
                      Review
                    </Link>
                  </li>
                ))}
              </ul>
            </Card>
          )}
          {deployments.data && deployments.data.items.length > 0 && (
            <Card
              title="Live now"
              right={
                <Link className="l" to="/ui/deployments">
                  all deployments
                </Link>
              }
              flush
            >
              <div className="scroll">
                <table>
                  <thead>
                    <tr>
                      <th>Endpoint</th>
                      <th>Model</th>
                      <th>Tier</th>
                      <th>Since</th>
                      <th>By</th>
                    </tr>
                  </thead>
                  <tbody>
                    {deployments.data.items.map((each) => (
                      <tr key={each.id}>
                        <td>
                          <b>{each.endpoint}</b>
                        </td>
                        <td>
                          {each.model ? (
                            <Link className="l" to={`/ui/models/${encodeURIComponent(each.model)}/${each.version}`}>
                              {each.model} <span className="chip">v{each.version}</span>
                            </Link>
                          ) : (
                            '–'
                          )}
                        </td>
                        <td>{each.tier}</td>
                        <td>
                          <Time at={each.live_from} />
                        </td>
                        <td>
                          <Person name={each.requested_by} />
                        </td>
                      </tr>
                    ))}
                  </tbody>
                </table>
              </div>
            </Card>
          )}
          <div className="g22">
            {runs.data && runs.data.length > 0 && (
              <Card
                title="Newest runs"
                right={
                  <Link className="l" to="/ui/experiments">
                    experiments
                  </Link>
                }
                flush
              >
                <table>
                  <tbody>
                    {runs.data.map((run) => {
                      const metric = run.data.metrics?.[0]
                      return (
                        <tr key={run.info.run_id}>
                          <td>
                            <Icon
                              name={run.info.status === 'FINISHED' ? 'check' : run.info.status === 'RUNNING' ? 'run' : 'x'}
                              size={13}
                            />{' '}
                            <Link className="l" to={`/ui/runs/${run.info.run_id}`}>
                              {run.info.run_name}
                            </Link>
                          </td>
                          <td className="n" title={metric?.key}>
                            {metric ? `${metric.key} ${number(metric.value)}` : ''}
                          </td>
                          <td className="n m">
                            <Time at={run.info.start_time} />
                          </td>
                        </tr>
                      )
                    })}
                  </tbody>
                </table>
              </Card>
            )}
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
                <table>
                  <tbody>
                    {decisions.data.items.map((each) => (
                      <tr key={each.id}>
                        <td>
                          <Link className="l mono" to={`/ui/decisions/${each.id}`}>
                            {each.id.slice(0, 8)}…{each.id.slice(-4)}
                          </Link>
                        </td>
                        <td>{each.outcome ?? '–'}</td>
                        <td className="n">{number(each.score)}</td>
                        <td className="n m">
                          <Time at={each.event_time} />
                        </td>
                      </tr>
                    ))}
                  </tbody>
                </table>
              </Card>
            )}
          </div>
        </div>
        <aside className="stack">
          {head.data && (
            <Card title="Ledger" right={<Badge state="signed" />}>
              <div className="big">{count(head.data.size)}</div>
              <p className="t2">entries under the last signature</p>
              <ul className="pf">
                <li>
                  <ProofGlyph state="signed" />
                  <div>
                    <b>Checkpoint signed</b>
                    <div className="s m">Ed25519 and ML-DSA-44</div>
                  </div>
                </li>
              </ul>
              <Link className="btn" to="/ui/verify">
                Verify a proof
              </Link>
            </Card>
          )}
          {changes.data && (
            <Card
              title="Latest changes"
              right={
                <Link className="l" to="/ui/audit">
                  Audit
                </Link>
              }
            >
              {changes.data.items.map((each) => (
                <div className="why" key={each.seq}>
                  <div>
                    <Person name={each.name} /> {actWords(each.act)}
                  </div>
                  <div className="wm">
                    <Time at={each.time} /> <EntryLink seq={each.seq} />
                  </div>
                </div>
              ))}
            </Card>
          )}
        </aside>
      </div>
    </div>
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
function FirstSteps({ url, open }: { url: string; open: boolean }) {
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
        Nothing is recorded yet. {open && 'As long as there is no user, this machine may do everything without a token.'}
      </p>
      {steps.map(([title, line]) => (
        <div key={title}>
          <h3 style={{ marginTop: 12 }}>{title}</h3>
          <pre className="cmd">
            {line}
            <Copy text={line} label="line" />
          </pre>
        </div>
      ))}
    </Card>
  )
}
