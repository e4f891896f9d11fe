import { useQuery } from '@tanstack/react-query'
import { Link, useLocation, useNavigate, useSearch } from '@tanstack/react-router'
import { useMemo } from 'react'
import { get, mlflow } from '../../api/client.ts'
import type { MlRun } from '../../api/types.ts'
import { Head } from '../../parts/layout.tsx'
import { MetricCharts } from '../../parts/MetricCharts.tsx'
import { Copy } from '../../parts/marks.tsx'
import { MOST_COMPARED } from '../../parts/paths.ts'
import { Empty, Failure, Loading } from '../../parts/states.tsx'
import { CodeDiff } from './CodeDiff.tsx'
import { DataDiff } from './DataDiff.tsx'
import { Numbers, paramOf } from './Numbers.tsx'

/** Runs asked for at once. */
const AT_ONCE = 20
/** Runs in one chart. */
const CHARTED = 100

interface View {
  runs?: string | undefined
  base?: string | undefined
  with?: string | undefined
}

const readRuns = async (ids: string[]): Promise<MlRun[]> => {
  const found: MlRun[] = []
  for (let at = 0; at < ids.length; at += AT_ONCE)
    found.push(
      ...(await Promise.all(
        ids.slice(at, at + AT_ONCE).map((id) => get<{ run: MlRun }>(`${mlflow}/runs/get?run_id=${id}`).then((r) => r.run)),
      )),
    )
  return found
}

/** Runs against each other: numbers, lines, and of two of them code, data and environment. */
export function Compare() {
  const view = useSearch({ strict: false }) as View
  const navigate = useNavigate()
  const set = (next: View) =>
    void navigate({ to: '/ui/compare', search: { ...view, ...next }, hash: true, replace: true, resetScroll: false })
  const many = useLocation({ select: (location) => location.hash })
  const ids = String(view.runs ?? many)
    .split(',')
    .filter(Boolean)
    .slice(0, MOST_COMPARED)
  const found = useQuery({ queryKey: ['compared', ids], queryFn: () => readRuns(ids), enabled: ids.length > 1 })
  const charted = useMemo(
    () => (found.data ?? []).slice(0, CHARTED).map(({ info }) => ({ id: info.run_id, name: info.run_name })),
    [found.data],
  )
  if (ids.length < 2) return <Empty>Choose two or more runs in an experiment, then compare them.</Empty>
  if (found.isPending) return <Loading height={500} />
  if (found.isError) return <Failure error={found.error} />
  const runs = found.data
  const base = runs.find((run) => run.info.run_id === view.base) ?? runs[0]
  const other = runs.find((run) => run.info.run_id === view.with && run !== base) ?? runs.find((run) => run !== base)
  if (!base || !other) return <Empty>Choose two different runs.</Empty>
  const metrics = [...new Set(runs.flatMap((run) => run.data.metrics?.map((each) => each.key) ?? []))].sort()
  const params = [...new Set(runs.flatMap((run) => run.data.params?.map((each) => each.key) ?? []))]
  const differing = params.filter((key) => new Set(runs.map((run) => paramOf(run, key))).size > 1).length
  return (
    <div className="p-compare">
      <Head
        crumbs={[
          <Link key="e" to="/ui/experiments">
            Experiments
          </Link>,
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
        <Numbers runs={runs} base={base} onBase={(run) => set({ base: run })} />
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
