// What charts draw: lines of points, smoothed, on one axis.
import type uPlot from 'uplot'
import type { Metric } from '../api/types.ts'

export type Axis = 'step' | 'time' | 'relative'

export interface Series {
  name: string
  x: number[]
  y: number[]
  colour?: number
  /** Drawn in grey, behind the others. */
  muted?: boolean
}

export interface Point extends Metric {
  run_id?: string
}

/** Exponential moving average, without the pull of the first value; 0 leaves the points as they are. */
export const smoothed = (y: number[], weight: number): number[] => {
  if (weight <= 0) return y
  let mean = 0
  let seen = 0
  return y.map((value) => {
    if (!Number.isFinite(value)) return value
    mean = mean * weight + (1 - weight) * value
    seen++
    return mean / (1 - weight ** seen)
  })
}

/** The points of a run on an axis, in order; of several at one place the last counts. */
export const lineOf = (points: Point[], axis: Axis, start: number): { x: number[]; y: number[] } => {
  const at = (point: Point) =>
    axis === 'step' ? point.step : axis === 'time' ? point.timestamp / 1000 : (point.timestamp - start) / 1000
  const byPlace = new Map<number, number>()
  for (const point of points) byPlace.set(at(point), Number(point.value))
  const x = [...byPlace.keys()].sort((a, b) => a - b)
  return { x, y: x.map((place) => byPlace.get(place) ?? Number.NaN) }
}

/** All lines over the union of their places. */
export const joined = (series: Series[]): uPlot.AlignedData => {
  const places = [...new Set(series.flatMap((each) => each.x))].sort((a, b) => a - b)
  const index = new Map(places.map((place, i) => [place, i]))
  const columns = series.map((each) => {
    const column: (number | null)[] = new Array(places.length).fill(null)
    each.x.forEach((place, i) => {
      const y = each.y[i]
      column[index.get(place) ?? 0] = y === undefined || !Number.isFinite(y) ? null : y
    })
    return column
  })
  return [places, ...columns] as uPlot.AlignedData
}

/** From the 2nd to the 98th percentile of all values, with some air. */
export const rangeOf = (series: Series[]): [number, number] => {
  const all = series
    .flatMap((each) => each.y)
    .filter(Number.isFinite)
    .sort((a, b) => a - b)
  const low = all[Math.floor(all.length * 0.02)] ?? 0
  const high = all[Math.min(all.length - 1, Math.ceil(all.length * 0.98))] ?? 1
  const air = (high - low) * 0.05 || 1
  return [low - air, high + air]
}

/** One line a point, for spreadsheets. */
export const csvOf = (series: Series[], axis: Axis): string =>
  [`run,${axis},value`, ...series.flatMap((each) => each.x.map((x, i) => `${cell(each.name)},${x},${each.y[i]}`))].join('\n')

/** A cell that a spreadsheet would take for a formula is kept as text. */
export const cell = (text: unknown): string => {
  const plain = text === null || text === undefined ? '' : String(text)
  const safe = /^[=+\-@\t\r]/.test(plain) ? `'${plain}` : plain
  return /[",\n]/.test(safe) ? `"${safe.replace(/"/g, '""')}"` : safe
}
