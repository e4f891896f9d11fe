import { useEffect, useRef, useState } from 'react'
import uPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'
import { COLOURS, isDashed } from './colours.ts'
import { fullTime, number, tickTime } from './format.ts'
import { type Axis, endsOf, type Joined, joined, rangeOf, type Series, unitOf } from './series.ts'
import { useTheme } from './useTheme.ts'

export interface ChartOptions {
  axis?: Axis
  log?: boolean
  /** Draws what lies between the 2nd and the 98th percentile. */
  robust?: boolean
  /** Ends of the axis upwards, where somebody set them. */
  least?: number | undefined
  most?: number | undefined
}

/** Part of the axis across, in steps or milliseconds, both ends included. */
export type Span = [from: number, to: number]

/** Lines over one axis. Drag to zoom, double click to see all again; hover names the line. */
export function Chart({
  series,
  width = 1,
  height = 220,
  label,
  options = {},
  span,
  onSpan,
  onReady,
  note = '',
}: {
  series: Series[]
  /** Of a cell of the axis in which each line has points of its own. */
  width?: number
  height?: number
  label: string
  options?: ChartOptions
  span?: Span | null
  onSpan?: (span: Span | null) => void
  /** Gives the canvas, to be saved. */
  onReady?: (canvas: HTMLCanvasElement) => void
  /** Said below it while nothing is under the pointer. */
  note?: string
}) {
  const box = useRef<HTMLDivElement>(null)
  const theme = useTheme()
  const [said, setSaid] = useState('')
  const { axis = 'step', log = false, robust = false, least, most } = options
  const [from, to] = span ?? [undefined, undefined]
  // Drawn anew in the other theme's colours.
  // biome-ignore lint/correctness/useExhaustiveDependencies: see above
  useEffect(() => {
    const at = box.current
    if (!at) return
    const css = getComputedStyle(document.documentElement)
    const colour = (name: string) => css.getPropertyValue(name).trim()
    const line = { stroke: colour('--bd'), width: 1 }
    const side = { stroke: colour('--t3'), grid: line, ticks: { ...line, size: 4 }, font: '11px Inter, system-ui' }
    const many = series.length > COLOURS
    const [low, high] = robust ? rangeOf(series) : [null, null]
    const unit = unitOf(axis)
    const { data, exact } = joined(log ? aboveZero(series) : series, width, unit)
    const upwards: uPlot.Scale.Range = (_, min, max) =>
      least !== undefined || most !== undefined || low !== null
        ? endsOf(least, most, low ?? min ?? 0, high ?? max ?? 1)
        : uPlot.rangeNum(min, max, 0.1, true)
    const byPowers: uPlot.Scale.Range = (_, min, max) => {
      const [bottom, top] = min > 0 && max > 0 ? uPlot.rangeLog(min, max, 10, false) : [0.1, 1]
      return endsOf(positive(least), positive(most), positive(low) ?? bottom ?? 0.1, positive(high) ?? top ?? 1)
    }
    const plot = new uPlot(
      {
        width: at.clientWidth || 300,
        height,
        scales: {
          x: { time: axis === 'time', ...(from === undefined || to === undefined ? {} : { range: [from / unit, to / unit] }) },
          y: log ? { distr: 3, range: byPowers } : { range: upwards },
        },
        axes: [
          {
            ...side,
            size: 26,
            gap: 4,
            values: (_, ticks, _axis, _space, apart) =>
              ticks.map((t) => (axis === 'time' ? tickTime(new Date(t * 1000), apart) : number(t, 3))),
          },
          { ...side, grid: line, size: 52, gap: 6, values: (_, ticks) => ticks.map((t) => (t === null ? '' : number(t, 3))) },
        ],
        legend: { show: false },
        // Fading all other lines means drawing them anew: with many, the name alone is told.
        focus: { alpha: many ? 1 : 0.25 },
        // What is drawn after a zoom comes from the server, with the points in between.
        cursor: { drag: { x: true, y: false, setScale: !onSpan }, focus: { prox: many ? 12 : 24 }, points: { size: 6 } },
        hooks: {
          setCursor: [
            (u) => {
              const focused = u.series.findIndex((each, i) => i > 0 && (each as { _focus?: boolean })._focus === true)
              setSaid(pointed(u, series.length === 1 ? 1 : focused, series, exact, axis))
            },
          ],
          setSelect: [
            (u) => {
              if (u.select.width < 3) return
              const [begin, end] = [u.select.left, u.select.left + u.select.width].map((x) => u.posToVal(x, 'x') * unit)
              u.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false)
              onSpan?.([Math.floor(begin ?? 0), Math.ceil(end ?? 0)])
            },
          ],
        },
        series: [
          { label: axis },
          ...series.map((each, i) => ({
            label: each.name,
            // Beyond ten, a colour would stand for more than one line.
            stroke: each.muted ? colour('--ghost') : many ? colour('--bdi') : colour(`--c${((each.colour ?? i) % COLOURS) + 1}`),
            width: each.muted || many ? 1 : 1.5,
            spanGaps: true,
            points: { show: each.at.length < 3 },
            ...(!each.muted && isDashed(each.colour ?? i) && !many ? { dash: [5, 3] } : {}),
          })),
        ],
      },
      data,
      at,
    )
    const whole = () => onSpan?.(null)
    plot.over.addEventListener('dblclick', whole)
    const canvas = at.querySelector('canvas')
    if (canvas && onReady) onReady(canvas)
    const watch = new ResizeObserver(() => {
      if (at.clientWidth !== plot.width) plot.setSize({ width: at.clientWidth, height })
    })
    watch.observe(at)
    return () => {
      watch.disconnect()
      plot.destroy()
    }
  }, [series, width, height, axis, log, robust, least, most, theme, onReady, onSpan])
  const ends = series
    .slice(0, 10)
    .map((each) => `${each.name} ends at ${number(each.value[each.value.length - 1])}`)
    .join('; ')
  return (
    <>
      <div className="chart" ref={box} role="img" aria-label={`${label} over ${axis}: ${ends}`} style={{ minHeight: height }} />
      <p className="chart-said s m num">{said || note || ' '}</p>
    </>
  )
}

const positive = (n: number | null | undefined) => (n !== null && n !== undefined && n > 0 ? n : undefined)

/** What a scale of powers can show. */
const aboveZero = (series: Series[]): Series[] =>
  series.map((each) => {
    const kept = each.value.flatMap((value, i) => (value > 0 ? [i] : []))
    return kept.length === each.value.length
      ? each
      : { ...each, at: kept.map((i) => each.at[i] ?? 0), value: kept.map((i) => each.value[i] ?? 0) }
  })

/** How far from the pointer a line's own point may lie: cells have few places. */
const NEAR = 6

/** The point under the pointer in words; empty where no line is near. */
const pointed = (u: uPlot, line: number, series: Series[], exact: Joined['exact'], axis: Axis) => {
  const idx = u.cursor.idx
  const column = u.data[line]
  if (line < 1 || idx === null || idx === undefined || !column) return ''
  for (let away = 0; away <= NEAR; away++)
    for (const i of [idx - away, idx + away]) {
      const y = column[i]
      const x = exact[line - 1]?.[i]
      if (y != null && x !== undefined) return `${series[line - 1]?.name} · ${axis} ${placed(axis, x)} · ${number(y, 5)}`
    }
  return ''
}

const placed = (axis: Axis, x: number) =>
  axis === 'time' ? fullTime(new Date(x * 1000)) : axis === 'relative' ? `${number(x, 4)} s` : number(x, 6)
