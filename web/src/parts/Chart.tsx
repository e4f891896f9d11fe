import { useEffect, useRef } from 'react'
import uPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'
import { number } from './format.ts'

export interface Series {
  name: string
  x: number[]
  y: number[]
}

/** Lines over one axis. Drag to zoom, double click to see all again. */
export function Chart({
  series,
  height = 220,
  xLabel,
  log = false,
}: {
  series: Series[]
  height?: number
  xLabel: string
  log?: boolean
}) {
  const box = useRef<HTMLDivElement>(null)
  useEffect(() => {
    const at = box.current
    if (!at) return
    const css = getComputedStyle(document.documentElement)
    const colour = (name: string) => css.getPropertyValue(name).trim()
    const axis = {
      stroke: colour('--t3'),
      grid: { stroke: colour('--bd'), width: 1 },
      ticks: { stroke: colour('--bd'), width: 1 },
      font: '11px system-ui',
    }
    const plot = new uPlot(
      {
        width: at.clientWidth || 300,
        height,
        scales: { x: { time: false }, y: log ? { distr: 3 } : {} },
        axes: [
          { ...axis, label: xLabel, labelSize: 14, labelFont: '11px system-ui' },
          { ...axis, size: 54, values: (_, ticks) => ticks.map((t) => number(t, 3)) },
        ],
        legend: { show: series.length > 1 },
        cursor: { drag: { x: true, y: false } },
        series: [
          { label: xLabel },
          ...series.map((each, i) => ({
            label: each.name,
            stroke: colour(`--c${(i % 10) + 1}`),
            width: 1.5,
            points: { show: each.x.length < 3 },
            value: (_: uPlot, v: number | null) => (v === null ? '–' : number(v)),
            ...(i % 10 > 4 ? { dash: [5, 3] } : {}),
          })),
        ],
      },
      joined(series),
      at,
    )
    const watch = new ResizeObserver(() => plot.setSize({ width: at.clientWidth, height }))
    watch.observe(at)
    return () => {
      watch.disconnect()
      plot.destroy()
    }
  }, [series, height, xLabel, log])
  const last = series.map((each) => `${each.name} ends at ${number(each.y[each.y.length - 1])}`).join('; ')
  return <div className="chart" ref={box} role="img" aria-label={`Chart over ${xLabel}: ${last}`} />
}

/** All series over the union of their positions. */
const joined = (series: Series[]): uPlot.AlignedData => {
  const first = series[0]
  if (series.length === 1 && first) return [first.x, first.y]
  return uPlot.join(series.map((each) => [each.x, each.y])) as uPlot.AlignedData
}
