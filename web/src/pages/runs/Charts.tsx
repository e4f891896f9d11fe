import { lazy, Suspense, useMemo } from 'react'
import type { MlRun } from '../../api/types.ts'
import { Loading } from '../../parts/states.tsx'
import { columnsOf, isMetric, nameOf } from './values.ts'

// Charts come when they are first looked at.
const MetricCharts = lazy(async () => ({ default: (await import('../../parts/MetricCharts.tsx')).MetricCharts }))

/** Most runs in one chart: what the server samples at once. */
const MOST = 100

/** One chart a metric, of the chosen runs or else of those that the table shows first. */
export function Charts({ rows, chosen, most }: { rows: MlRun[]; chosen: Set<string>; most?: number }) {
  const runs = useMemo(
    () =>
      (chosen.size ? rows.filter((run) => chosen.has(run.info.run_id)) : rows)
        .slice(0, MOST)
        .map((run) => ({ id: run.info.run_id, name: run.info.run_name, start: run.info.start_time })),
    [rows, chosen],
  )
  const metrics = useMemo(() => columnsOf(rows).filter(isMetric).map(nameOf), [rows])
  return (
    <Suspense fallback={<Loading height={220} />}>
      <MetricCharts runs={runs} metrics={most ? metrics.slice(0, most) : metrics} isSmall={most !== undefined} />
    </Suspense>
  )
}
