import { lazy, memo, Suspense, useMemo } from 'react'
import { Loading } from '../../parts/states.tsx'
import type { Row } from './rows.ts'
import { isMetric, isOfMachine, nameOf, rawOf } from './values.ts'

// Charts come when they are first looked at.
const MetricCharts = lazy(async () => ({ default: (await import('../../parts/MetricCharts.tsx')).MetricCharts }))

/** Most runs in one chart: what the server samples at once. */
export const MOST_LINES = 100

/** One chart a metric, of the chosen runs or else of those that the table shows first. */
export const Charts = memo(function Charts({
  rows,
  known,
  chosen,
  most,
}: {
  rows: Row[]
  known: string[]
  chosen: Set<string>
  most?: number
}) {
  const runs = useMemo(
    () =>
      (chosen.size ? rows.filter((run) => chosen.has(run.id)) : rows).slice(0, MOST_LINES).map(({ id, name }) => ({ id, name })),
    [rows, chosen],
  )
  // What only runs further down have makes no empty chart.
  const metrics = useMemo(() => {
    const drawn = rows.slice(0, MOST_LINES)
    const all = known.filter((each) => isMetric(each) && drawn.some((row) => rawOf(row, each) !== undefined)).map(nameOf)
    return [...all.filter((each) => !isOfMachine(each)), ...all.filter(isOfMachine)]
  }, [known, rows])
  return (
    <Suspense fallback={<Loading height={220} />}>
      <MetricCharts runs={runs} metrics={most ? metrics.slice(0, most) : metrics} isSmall={most !== undefined} />
    </Suspense>
  )
})
