import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { get, getAll, native, type Page, post, seg } from '../api/client.ts'
import type { Deployment } from '../api/types.ts'
import { useMay } from '../app/session.ts'
import { download } from '../parts/download.ts'
import { count, fullTime, when } from '../parts/format.ts'
import { Icon } from '../parts/Icon.tsx'
import { Card, Head } from '../parts/layout.tsx'
import { Person, Time } from '../parts/marks.tsx'
import { threadOf } from '../parts/paths.ts'
import { ReasonDialog } from '../parts/ReasonDialog.tsx'
import { cell } from '../parts/series.ts'
import { Empty, Failure, Loading } from '../parts/states.tsx'
import { Table } from '../parts/Table.tsx'
import { Unshown } from '../parts/Unshown.tsx'

/** The most that is listed at once. */
const AT_ONCE = 1_000

export function Deployments() {
  const found = useQuery({
    queryKey: ['deployments', 'all'],
    queryFn: () => get<Page<Deployment>>(`${native}/deployments?limit=${AT_ONCE}`),
  })
  const [error, setError] = useState<unknown>(null)
  const [back, setBack] = useState<Deployment | null>(null)
  const [ending, setEnding] = useState<Deployment | null>(null)
  const client = useQueryClient()
  const may = useMay()
  if (found.isPending) return <Loading height={500} />
  if (found.isLoadingError) return <Unshown title="Deployments" error={found.error} />
  const all = found.data.items
  const endpoints = [...new Set(all.map((each) => each.endpoint))]
  return (
    <>
      <Head
        title="Deployments"
        sub={`${count(all.length)}${found.data.cursor ? ' and more' : ''} ${all.length === 1 ? 'deployment' : 'deployments'} to ${endpoints.length} ${endpoints.length === 1 ? 'endpoint' : 'endpoints'}`}
        acts={
          <button
            type="button"
            className="btn"
            disabled={all.length === 0}
            onClick={() => {
              setError(null)
              save().catch(setError)
            }}
          >
            <Icon name="download" /> Log as CSV
          </button>
        }
      />
      {error !== null && <Failure error={error} />}
      {all.length === 0 ? (
        <Empty>Nothing was deployed yet. Open a model version to deploy it.</Empty>
      ) : (
        <div className="stack">
          <Lanes all={all} endpoints={endpoints} />
          <Card
            title="Log, newest first"
            right={found.data.cursor ? `the newest ${count(all.length)}; the file holds all` : count(all.length)}
            flush
          >
            <Table
              label="Deployment log"
              of={all}
              keyOf={(each) => each.id}
              columns={[
                {
                  title: 'Endpoint',
                  cell: (each) => (
                    <>
                      <Link className="l" to={threadOf(`deployment:${each.id}`)}>
                        {each.endpoint}
                      </Link>{' '}
                      <span className="m s">{each.tier}</span>
                    </>
                  ),
                },
                {
                  title: 'Version',
                  cell: (each) =>
                    each.model ? (
                      <Link className="l" to={`/ui/models/${seg(each.model)}/${each.version}`}>
                        {each.model} v{each.version}
                      </Link>
                    ) : (
                      '–'
                    ),
                },
                {
                  title: 'State',
                  cell: (each) => (
                    <span className={`chip ${isLive(each) ? 'ac' : ''}`}>{each.state.toLowerCase().replace('_', ' ')}</span>
                  ),
                },
                { title: 'By', cell: (each) => <Person id={each.requested_by} name={each.requested_by_name} /> },
                {
                  title: 'Why',
                  cell: (each) => (
                    <>
                      <span className="chip">{each.why}</span> {each.reason}{' '}
                      {each.self_approved && <span className="chip am">own approval</span>}
                    </>
                  ),
                },
                { title: 'Since', cell: (each) => <Time at={each.live_from ?? each.requested_at} />, n: true },
                { title: 'Until', cell: (each) => <Time at={each.ended_at} />, n: true },
                ...(may('deployment.rollback') || may('deployment.kill')
                  ? [
                      {
                        title: '',
                        n: true,
                        cell: (each: Deployment) =>
                          isLive(each) && (
                            <>
                              {may('deployment.rollback') && earlier(each, all).length > 0 && (
                                <button type="button" className="btn sm" onClick={() => setBack(each)}>
                                  Roll back
                                </button>
                              )}{' '}
                              {may('deployment.kill') && (
                                <button type="button" className="btn sm d" onClick={() => setEnding(each)}>
                                  Take down
                                </button>
                              )}
                            </>
                          ),
                      },
                    ]
                  : []),
              ]}
            />
          </Card>
        </div>
      )}
      {ending && <TakeDown of={ending} onClose={() => setEnding(null)} onDone={() => void client.invalidateQueries()} />}
      {back && <RollBack from={back} all={all} onClose={() => setBack(null)} onDone={() => void client.invalidateQueries()} />}
    </>
  )
}

const isLive = (each: Deployment) => each.state.toLowerCase() === 'live'

/** What served the endpoint before, another version first. */
const earlier = (from: Deployment, all: Deployment[]) =>
  all
    .filter((each) => each.endpoint === from.endpoint && each.id !== from.id && each.live_from)
    .sort((a, b) => Number(a.version === from.version) - Number(b.version === from.version))

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
  const choices = earlier(from, all)
  const [to, setTo] = useState(choices[0]?.id ?? '')
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
          {choices.map((each) => (
            <option key={each.id} value={each.id}>
              {each.model} v{each.version}, live from {fullTime(new Date(each.live_from ?? ''))}
            </option>
          ))}
        </select>
      </label>
    </ReasonDialog>
  )
}

/** Whoever may stop what does harm need not be who may deploy. */
function TakeDown({ of, onClose, onDone }: { of: Deployment; onClose: () => void; onDone: () => void }) {
  return (
    <ReasonDialog
      title={`Take ${of.model} v${of.version} down from ${of.endpoint}`}
      action="Take down"
      danger
      codes={['incident', 'policy', 'fix', 'other']}
      onClose={onClose}
      onDone={onDone}
      submit={(reason) => post(`${native}/deployments/${of.id}/end`, { reason })}
    >
      <p className="t2">Nothing serves this endpoint then, until somebody deploys again.</p>
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
                    title={told(each)}
                    style={{ left: `${x(from)}%`, width: `${Math.max(0.5, x(until) - x(from))}%` }}
                  >
                    {each.model} v{each.version}
                  </Link>
                )
              })}
          </div>
        </div>
      ))}
      <div className="lane lane-ax s m num" aria-hidden="true">
        <span />
        <span>{fullTime(new Date(begin))}</span>
        <span>now</span>
      </div>
    </Card>
  )
}

/** What served, since when, until when, by whom and why. */
const told = (each: Deployment) => {
  const [from, until] = [when(each.live_from), when(each.ended_at)]
  return [
    `${each.model} v${each.version} at ${each.endpoint}`,
    from && `from ${fullTime(from)}`,
    until ? `until ${fullTime(until)}` : 'still',
    `deployed by ${each.requested_by_name}`,
    each.reason ?? each.why,
  ]
    .filter(Boolean)
    .join(' · ')
}

/** The whole log, as far as it goes back. */
const save = async () => {
  const all = await getAll<Deployment>(`${native}/deployments?limit=${AT_ONCE}`)
  const columns: (keyof Deployment)[] = [
    'id',
    'endpoint',
    'tier',
    'model',
    'version',
    'state',
    'requested_by',
    'why',
    'reason',
    'approval',
    'requested_at',
    'live_from',
    'ended_at',
  ]
  const lines = [columns.join(','), ...all.map((each) => columns.map((column) => cell(each[column])).join(','))]
  download(new Blob([`${lines.join('\n')}\n`], { type: 'text/csv' }), 'deployments.csv')
}
