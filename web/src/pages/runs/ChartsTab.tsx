import { lazy, Suspense, useEffect, useMemo } from 'react'
import { count } from '../../parts/format.ts'
import { Loading } from '../../parts/states.tsx'
import { Charts, MOST_LINES } from './Charts.tsx'
import type { RunList } from './RunList.ts'
import type { Row } from './rows.ts'
import { isLowerBetter, isMetric, nameOf, rawOf } from './values.ts'

const Scatter = lazy(async () => ({ default: (await import('../../parts/plots/Scatter.tsx')).Scatter }))
const Parallel = lazy(async () => ({ default: (await import('../../parts/plots/Parallel.tsx')).Parallel }))
const Bars = lazy(async () => ({ default: (await import('../../parts/plots/Bars.tsx')).Bars }))
const Boxes = lazy(async () => ({ default: (await import('../../parts/plots/Boxes.tsx')).Boxes }))

const PLOTS = [
  ['lines', 'Over time'],
  ['scatter', 'Scatter'],
  ['parallel', 'Parallel'],
  ['bars', 'Last values'],
  ['boxes', 'By group'],
] as const

/** Most runs drawn as one mark each. */
const MOST = 1_000
const AXES = 7

interface View {
  plot?: string | undefined
  x?: string | undefined
  y?: string | undefined
  by?: string | undefined
}

/** The kinds of charts of an experiment; what is on their axes stands in the URL. */
export function ChartsTab({
  list,
  version,
  known,
  chosen,
  view,
  onView,
}: {
  list: RunList
  /** Says when the list grew. */
  version: number
  known: string[]
  chosen: Set<string>
  view: View
  onView: (view: View) => void
}) {
  const plot = PLOTS.find(([each]) => each === view.plot)?.[0] ?? 'lines'
  const { rows } = list
  // The list grows in place: the version tells when.
  const shown = useMemo(
    () => (chosen.size ? rows.filter((row) => chosen.has(row.id)) : rows.slice(0, MOST)).slice(0, MOST),
    [rows, version, chosen],
  )
  // The list grows in place: the version tells when.
  useEffect(() => {
    if (rows.length < MOST) void list.more(MOST - rows.length)
  }, [list, version])
  const { metrics, numbers, groups } = useMemo(() => sorted(known, shown), [known, shown])
  const y = numbers.includes(view.y ?? '') ? (view.y ?? '') : (metrics[0] ?? '')
  const x = numbers.includes(view.x ?? '') ? (view.x ?? '') : (numbers.find((each) => each !== y) ?? y)
  const by = groups.includes(view.by ?? '') ? (view.by ?? '') : (groups[0] ?? '')
  const marks = useMemo(
    () => shown.map((row) => ({ id: row.id, name: row.name, of: (column: string) => rawOf(row, column) })),
    [shown],
  )
  const all = chosen.size || (list.total ?? 0)
  const drawn = Math.min(shown.length, plot === 'lines' ? MOST_LINES : MOST)
  return (
    <div className="stack">
      <div className="bar ctl">
        <span className="seg" role="group" aria-label="Kind of chart">
          {PLOTS.map(([each, words]) => (
            <button
              key={each}
              type="button"
              aria-pressed={plot === each}
              onClick={() => onView({ plot: each === 'lines' ? undefined : each })}
            >
              {words}
            </button>
          ))}
        </span>
        {plot === 'scatter' && <Pick label="Across" value={x} of={numbers} onChange={(next) => onView({ x: next })} />}
        {plot !== 'lines' && plot !== 'parallel' && (
          <Pick
            label={plot === 'scatter' ? 'Up' : 'Metric'}
            value={y}
            of={plot === 'scatter' ? numbers : metrics}
            onChange={(next) => onView({ y: next })}
          />
        )}
        {plot === 'parallel' && <Pick label="Coloured by" value={y} of={metrics} onChange={(next) => onView({ y: next })} />}
        {plot === 'boxes' && <Pick label="Group" value={by} of={groups} onChange={(next) => onView({ by: next })} />}
        <span className="s m end">
          {drawn} {drawn === 1 ? 'run' : 'runs'}
          {drawn < all ? `, the first of ${count(all)}` : ''}
        </span>
      </div>
      {plot === 'lines' ? (
        <Charts rows={shown} known={known} chosen={chosen} />
      ) : (
        <Suspense fallback={<Loading height={420} />}>
          {plot === 'scatter' && <Scatter marks={marks} x={x} y={y} />}
          {plot === 'parallel' && <Parallel marks={marks} columns={axesOf(numbers, groups, y)} colouredBy={y} />}
          {plot === 'bars' && <Bars marks={marks} column={y} lowFirst={isLowerBetter(y)} />}
          {plot === 'boxes' && <Boxes marks={marks} column={y} by={by} />}
        </Suspense>
      )}
    </div>
  )
}

const isNumeric = (rows: Row[], column: string) => {
  let some = false
  for (const row of rows) {
    const raw = rawOf(row, column)
    if (raw === undefined || raw === '') continue
    if (!Number.isFinite(Number(raw))) return false
    some = true
  }
  return some
}

/** What can stand on an axis, and what makes groups: more than one value, and fewer than every run its own. */
const sorted = (known: string[], rows: Row[]) => {
  const metrics = known.filter(isMetric)
  const labels = known.filter((column) => /^(params|tags)\./.test(column))
  const given = (column: string) =>
    new Set(rows.map((row) => rawOf(row, column)).filter((raw) => raw !== undefined && raw !== ''))
  const varied = labels.filter((column) => given(column).size > 1)
  const few = labels.filter((column) => new Set(rows.map((row) => rawOf(row, column))).size <= Math.max(30, rows.length / 2))
  return {
    metrics,
    numbers: [...metrics, ...varied.filter((column) => isNumeric(rows, column))],
    groups: [...few.filter((column) => varied.includes(column)), ...few.filter((column) => !varied.includes(column))],
  }
}

/** Parameters first, the metric that colours last. */
const axesOf = (numbers: string[], groups: string[], y: string) => {
  const params = [
    ...new Set([...numbers.filter((each) => !isMetric(each)), ...groups.filter((each) => each.startsWith('params.'))]),
  ]
  return [...params.slice(0, AXES - 1), y]
}

function Pick({ label, value, of, onChange }: { label: string; value: string; of: string[]; onChange: (next: string) => void }) {
  return (
    <label>
      {label}{' '}
      <select className="field" value={value} onChange={(e) => onChange(e.target.value)}>
        {of.map((column) => (
          <option key={column} value={column}>
            {isMetric(column) ? nameOf(column) : column}
          </option>
        ))}
      </select>
    </label>
  )
}
