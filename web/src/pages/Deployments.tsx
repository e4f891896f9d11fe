import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { get, native, type Page, post, seg } from '../api/client.ts'
import type { Deployment } from '../api/types.ts'
import { useMay } from '../app/session.ts'
import { Icon } from '../parts/Icon.tsx'
import { Card, Empty, Failure, Head, Loading, Person, ReasonDialog, Time } from '../parts/parts.tsx'
import { threadOf } from '../parts/ThreadLine.tsx'

export function Deployments() {
  const found = useQuery({
    queryKey: ['deployments', 'all'],
    queryFn: () => get<Page<Deployment>>(`${native}/deployments?limit=1000`),
  })
  const [back, setBack] = useState<Deployment | null>(null)
  const client = useQueryClient()
  const may = useMay()
  if (found.isPending) return <Loading height={500} />
  if (found.isError) return <Failure error={found.error} />
  const all = found.data.items
  const endpoints = [...new Set(all.map((each) => each.endpoint))]
  return (
    <>
      <Head
        title="Deployments"
        sub={`${endpoints.length} endpoints, ${all.length} deployments`}
        acts={
          <button type="button" className="btn" onClick={() => save(all)} disabled={all.length === 0}>
            <Icon name="download" /> Log as CSV
          </button>
        }
      />
      {all.length === 0 ? (
        <Empty>Nothing was deployed yet. Open a model version to deploy it.</Empty>
      ) : (
        <div className="stack">
          <Lanes all={all} endpoints={endpoints} />
          <Card title="Log, newest first" flush>
            <div className="scroll">
              <table>
                <thead>
                  <tr>
                    <th>Endpoint</th>
                    <th>Version</th>
                    <th>State</th>
                    <th>By</th>
                    <th>Why</th>
                    <th className="n">Since</th>
                    <th className="n">Until</th>
                    <th> </th>
                  </tr>
                </thead>
                <tbody>
                  {all.map((each) => (
                    <tr key={each.id}>
                      <td>
                        <Link className="l" to={threadOf(`deployment:${each.id}`)}>
                          {each.endpoint}
                        </Link>{' '}
                        <span className="m s">{each.tier}</span>
                      </td>
                      <td>
                        {each.model ? (
                          <Link className="l" to={`/ui/models/${seg(each.model)}/${each.version}`}>
                            {each.model} v{each.version}
                          </Link>
                        ) : (
                          '–'
                        )}
                      </td>
                      <td>
                        <span className={`chip ${each.state.toLowerCase() === 'live' ? 'ac' : ''}`}>
                          {each.state.toLowerCase()}
                        </span>
                      </td>
                      <td>
                        <Person name={each.requested_by} />
                      </td>
                      <td>
                        <span className="chip">{each.why}</span>
                      </td>
                      <td className="n">
                        <Time at={each.live_from ?? each.requested_at} />
                      </td>
                      <td className="n">
                        <Time at={each.ended_at} />
                      </td>
                      <td className="n">
                        {may('deployment.rollback') &&
                          each.state.toLowerCase() === 'live' &&
                          all.some((other) => other.endpoint === each.endpoint && other.id !== each.id && other.live_from) && (
                            <button type="button" className="btn sm" onClick={() => setBack(each)}>
                              Roll back
                            </button>
                          )}
                      </td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
          </Card>
        </div>
      )}
      {back && <RollBack from={back} all={all} onClose={() => setBack(null)} onDone={() => void client.invalidateQueries()} />}
    </>
  )
}

function RollBack({
  from,
  all,
  onClose,
  onDone,
}: {
  from: Deployment
  all: Deployment[]
  onClose: () => void
  onDone: () => void
}) {
  const earlier = all.filter((each) => each.endpoint === from.endpoint && each.id !== from.id && each.live_from)
  const [to, setTo] = useState(earlier[0]?.id ?? '')
  return (
    <ReasonDialog
      title={`Roll back ${from.endpoint}`}
      action="Roll back"
      danger
      codes={['rollback', 'incident', 'fix', 'other']}
      onClose={onClose}
      onDone={onDone}
      submit={(reason) => post(`${native}/deployments/${from.id}/rollback`, { to, reason })}
    >
      <label className="lbl">
        Let this serve again
        <select className="field" value={to} onChange={(e) => setTo(e.target.value)}>
          {earlier.map((each) => (
            <option key={each.id} value={each.id}>
              {each.model} v{each.version}, live from {each.live_from}
            </option>
          ))}
        </select>
      </label>
    </ReasonDialog>
  )
}

/** A lane for each endpoint over time; blocks are versions. */
function Lanes({ all, endpoints }: { all: Deployment[]; endpoints: string[] }) {
  const now = Date.now()
  const starts = all.flatMap((each) => (each.live_from ? [Date.parse(each.live_from)] : []))
  const begin = Math.min(...starts, now - 60_000)
  const x = (t: number) => ((t - begin) / (now - begin || 1)) * 100
  return (
    <Card title="What served where" flush>
      {endpoints.map((endpoint) => (
        <div className="lane" key={endpoint}>
          <b>{endpoint}</b>
          <div className="lane-track">
            {all
              .filter((each) => each.endpoint === endpoint && each.live_from)
              .map((each) => {
                const from = Date.parse(each.live_from ?? '')
                const until = each.ended_at ? Date.parse(each.ended_at) : now
                return (
                  <Link
                    key={each.id}
                    className={`lane-block ${each.ended_at ? '' : 'live'}`}
                    to={threadOf(`deployment:${each.id}`)}
                    title={`${each.model} v${each.version}`}
                    style={{ left: `${x(from)}%`, width: `${Math.max(0.5, x(until) - x(from))}%` }}
                  >
                    {each.model} v{each.version}
                  </Link>
                )
              })}
          </div>
        </div>
      ))}
    </Card>
  )
}

const quote = (text: unknown) => {
  const plain = text === null || text === undefined ? '' : String(text)
  // A cell that a spreadsheet would take for a formula is kept as text.
  const safe = /^[=+\-@\t\r]/.test(plain) ? `'${plain}` : plain
  return /[",\n]/.test(safe) ? `"${safe.replace(/"/g, '""')}"` : safe
}

const save = (all: Deployment[]) => {
  const columns: (keyof Deployment)[] = [
    'id',
    'endpoint',
    'tier',
    'model',
    'version',
    'state',
    'requested_by',
    'why',
    'approval',
    'requested_at',
    'live_from',
    'ended_at',
  ]
  const lines = [columns.join(','), ...all.map((each) => columns.map((column) => quote(each[column])).join(','))]
  const url = URL.createObjectURL(new Blob([`${lines.join('\n')}\n`], { type: 'text/csv' }))
  const link = document.createElement('a')
  link.href = url
  link.download = 'deployments.csv'
  link.click()
  URL.revokeObjectURL(url)
}
