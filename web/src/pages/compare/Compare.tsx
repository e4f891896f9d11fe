import { useQuery } from '@tanstack/react-query'
import { Link, useLocation, useNavigate, useSearch } from '@tanstack/react-router'
import { useMemo } from 'react'
import { get, mlflow, Problem, seg } from '../../api/client.ts'
import type { MlRun } from '../../api/types.ts'
import { Icon } from '../../parts/Icon.tsx'
import { Head } from '../../parts/layout.tsx'
import { MetricCharts } from '../../parts/MetricCharts.tsx'
import { Copy } from '../../parts/marks.tsx'
import { MOST_COMPARED } from '../../parts/paths.ts'
import { Empty, Loading } from '../../parts/states.tsx'
import { Unshown } from '../../parts/Unshown.tsx'
import { CodeDiff } from './CodeDiff.tsx'
import { DataDiff } from './DataDiff.tsx'
import { Numbers, paramOf } from './Numbers.tsx'

/** Runs asked for at once. */
const AT_ONCE = 20
/** Runs in one chart. */
const CHARTED = 100

const EXPERIMENTS = (
  <Link key="e" to="/ui/experiments">
    Experiments
  </Link>
)

interface View {
  runs?: string | undefined
  base?: string | undefined
  with?: string | undefined
}

const readRun = async (id: string): Promise<MlRun | null> => {
  try {
    return (await get<{ run: MlRun }>(`${mlflow}/runs/get?run_id=${seg(id)}`)).run
  } catch (error) {
    if (error instanceof Problem && (error.status === 404 || error.status === 400)) return null
    throw error
  }
}

/** The runs that are there; one that was purged, or whose id is mistyped, keeps no others from being compared. */
const readRuns = async (ids: string[]): Promise<{ runs: MlRun[]; missing: string[] }> => {
  const found: (MlRun | null)[] = []
  for (let at = 0; at < ids.length; at += AT_ONCE) found.push(...(await Promise.all(ids.slice(at, at + AT_ONCE).map(readRun))))
  return { runs: found.filter((run) => run !== null), missing: ids.filter((_, i) => found[i] === null) }
}

/** Runs against each other: numbers, lines, and of two of them code, data and environment. */
export function Compare() {
  const view = useSearch({ strict: false }) as View
  const navigate = useNavigate()
  const set = (next: View) =>
    void navigate({ to: '/ui/compare', search: { ...view, ...next }, hash: true, replace: true, resetScroll: false })
  const many = useLocation({ select: (location) => location.hash })
  const ids = [...new Set(String(view.runs ?? many).split(','))].filter(Boolean).slice(0, MOST_COMPARED)
  const found = useQuery({ queryKey: ['compared', ids], queryFn: () => readRuns(ids), enabled: ids.length > 1 })
  const charted = useMemo(
    () => (found.data?.runs ?? []).slice(0, CHARTED).map(({ info }) => ({ id: info.run_id, name: info.run_name })),
    [found.data],
  )
  if (ids.length < 2) return <TooFew />
  if (found.isPending) return <Loading height={500} />
  if (found.isLoadingError) return <Unshown crumbs={[EXPERIMENTS]} title="Compare runs" error={found.error} />
  const { runs, missing } = found.data
  const base = runs.find((run) => run.info.run_id === view.base) ?? runs[0]
  const other = runs.find((run) => run.info.run_id === view.with && run !== base) ?? runs.find((run) => run !== base)
  if (!base || !other) return <TooFew missing={missing} />
  const metrics = [...new Set(runs.flatMap((run) => run.data.metrics?.map((each) => each.key) ?? []))].sort()
  const params = [...new Set(runs.flatMap((run) => run.data.params?.map((each) => each.key) ?? []))]
  const differing = params.filter((key) => new Set(runs.map((run) => paramOf(run, key))).size > 1).length
  return (
    <div className="p-compare">
      <Head
        crumbs={[
          EXPERIMENTS,
          <Link key="x" to={`/ui/experiments/${base.info.experiment_id}`}>
            Runs
          </Link>,
        ]}
        title={`Compare ${runs.length} runs`}
        sub={`They differ in ${differing} of ${params.length} parameters`}
        acts={
          <span className="btn">
            Link <Copy text={location.href} label="link to this comparison" />
          </span>
        }
      />
      <div className="stack">
        {missing.length > 0 && <Missing ids={missing} />}
        <Numbers runs={runs} base={base} onBase={(run) => set({ base: run })} />
        {runs.length > charted.length && (
          <p className="s m">
            The charts show the first {charted.length} of {runs.length} runs.
          </p>
        )}
        <MetricCharts runs={charted} metrics={metrics} />
        <div className="bar">
          <h2>Code, data and environment</h2>
          <span className="m">of</span>
          <select
            className="field"
            aria-label="Compared with the baseline"
            value={other.info.run_id}
            onChange={(e) => set({ with: e.target.value })}
          >
            {runs
              .filter((run) => run !== base)
              .map((run) => (
                <option key={run.info.run_id} value={run.info.run_id}>
                  {run.info.run_name}
                </option>
              ))}
          </select>
          <span className="m">against {base.info.run_name}</span>
        </div>
        <CodeDiff base={base} run={other} />
        <DataDiff base={base} run={other} />
      </div>
    </div>
  )
}

const TooFew = ({ missing = [] }: { missing?: string[] }) => (
  <>
    <Head crumbs={[EXPERIMENTS]} title="Compare runs" />
    {missing.length > 0 && <Missing ids={missing} />}
    <Empty>Choose two or more runs in an experiment, then compare them.</Empty>
  </>
)

const Missing = ({ ids }: { ids: string[] }) => (
  <div className="note am" role="status">
    <Icon name="alert" />
    <div>
      {ids.length === 1
        ? 'One run is not there, or you may not see it'
        : `${ids.length} runs are not there, or you may not see them`}
      : <span className="mono brk">{ids.join(', ')}</span>
    </div>
  </div>
)
