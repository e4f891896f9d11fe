import { useEffect, useRef, useState } from 'react'
import uPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'
import { COLOURS, isDashed } from './colours.ts'
import { number } from './format.ts'
import { type Axis, joined, rangeOf, type Series } from './series.ts'
import { useTheme } from './useTheme.ts'

export interface ChartOptions {
  axis?: Axis
  log?: boolean
  /** Draws what lies between the 2nd and the 98th percentile. */
  robust?: boolean
}

/** Lines over one axis. Drag to zoom, double click to see all again; hover names the line. */
export function Chart({
  series,
  height = 220,
  label,
  options = {},
  onReady,
}: {
  series: Series[]
  height?: number
  label: string
  options?: ChartOptions
  /** Gives the canvas, to be saved. */
  onReady?: (canvas: HTMLCanvasElement) => void
}) {
  const box = useRef<HTMLDivElement>(null)
  const theme = useTheme()
  const [said, setSaid] = useState('')
  const { axis = 'step', log = false, robust = false } = options
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
    const plot = new uPlot(
      {
        width: at.clientWidth || 300,
        height,
        scales: {
          x: { time: axis === 'time' },
          y: log ? { distr: 3 } : low !== null && high !== null ? { range: [low, high] } : {},
        },
        axes: [
          {
            ...side,
            size: 26,
            gap: 4,
            ...(axis === 'time' ? {} : { values: (_: uPlot, ticks: number[]) => ticks.map((t) => number(t, 3)) }),
          },
          { ...side, grid: line, size: 52, gap: 6, values: (_, ticks) => ticks.map((t) => (t === null ? '' : number(t, 3))) },
        ],
        legend: { show: false },
        // Fading all other lines means drawing them anew: with many, the name alone is told.
        focus: { alpha: many ? 1 : 0.25 },
        cursor: { drag: { x: true, y: false }, focus: { prox: many ? 12 : 24 }, points: { size: 6 } },
        hooks: {
          setCursor: [
            (u) => {
              const focused = u.series.findIndex((each, i) => i > 0 && (each as { _focus?: boolean })._focus === true)
              const s = series.length === 1 ? 1 : focused
              const i = u.cursor.idx
              const y = s > 0 && i != null ? u.data[s]?.[i] : null
              const x = i != null ? u.data[0][i] : null
              setSaid(y == null || x == null ? '' : `${series[s - 1]?.name} · ${axis} ${at2(axis, x)} · ${number(y, 5)}`)
            },
          ],
        },
        series: [
          { label: axis },
          ...series.map((each, i) => ({
            label: each.name,
            stroke: each.muted ? colour('--ghost') : colour(`--c${((each.colour ?? i) % COLOURS) + 1}`),
            width: each.muted ? 1 : 1.5,
            spanGaps: true,
            points: { show: each.x.length < 3 },
            ...(!each.muted && isDashed(each.colour ?? i) ? { dash: [5, 3] } : {}),
          })),
        ],
      },
      joined(series),
      at,
    )
    const canvas = at.querySelector('canvas')
    if (canvas && onReady) onReady(canvas)
    const watch = new ResizeObserver(() => plot.setSize({ width: at.clientWidth, height }))
    watch.observe(at)
    return () => {
      watch.disconnect()
      plot.destroy()
    }
  }, [series, height, axis, log, robust, theme, onReady])
  const ends = series
    .slice(0, 10)
    .map((each) => `${each.name} ends at ${number(each.y[each.y.length - 1])}`)
    .join('; ')
  return (
    <>
      <div className="chart" ref={box} role="img" aria-label={`${label} over ${axis}: ${ends}`} style={{ minHeight: height }} />
      <p className="chart-said s m num">{said || ' '}</p>
    </>
  )
}

const at2 = (axis: Axis, x: number) =>
  axis === 'time' ? new Date(x * 1000).toLocaleTimeString('en-GB') : axis === 'relative' ? `${number(x, 4)} s` : number(x, 6)
