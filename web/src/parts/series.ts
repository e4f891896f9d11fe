// What charts draw: lines of points over one axis, thinned by the server to what is seen.
import type uPlot from 'uplot'

export type Axis = 'step' | 'time' | 'relative'

/** Answer of `GET /api/clew/v1/metrics/lines`. */
export interface Lines {
  /** Of a cell of the axis; at 1 every point is there. */
  width: number
  lines: {
    run: string
    count: number
    not_finite: number
    complete: boolean
    /** Steps, or milliseconds. */
    at: number[]
    value: number[]
  }[]
}

export interface Series {
  name: string
  /** Steps, or milliseconds; ascending. */
  at: number[]
  value: number[]
  colour?: number
  /** Drawn in grey, behind the others. */
  muted?: boolean
}

/** Places of the axis as the chart counts them: steps, or seconds. */
export const unitOf = (axis: Axis) => (axis === 'step' ? 1 : 1000)

export interface Joined {
  data: uPlot.AlignedData
  /** Where each point truly lies, in the columns' own order. */
  exact: (number | undefined)[][]
}

/**
 * All lines over shared places. Lines have points of their own in each cell, as many as two or three; the cell has as many places, and the
 * points of every line take them in order: less than a pixel beside where they truly lie, and a hundred lines are as few columns as one.
 */
export const joined = (series: Series[], width: number, unit: number): Joined => {
  const places = new Map<number, number>()
  const cellOf = (at: number) => Math.floor(at / width)
  let first = Number.POSITIVE_INFINITY
  let last = Number.NEGATIVE_INFINITY
  for (const { at } of series) {
    let cell = Number.NaN
    let many = 0
    for (const place of at) {
      const own = cellOf(place)
      many = own === cell ? many + 1 : 1
      cell = own
      if (many > (places.get(cell) ?? 0)) places.set(cell, many)
    }
    first = Math.min(first, at[0] ?? first)
    last = Math.max(last, at[at.length - 1] ?? last)
  }
  const across: number[] = []
  const begins = new Map<number, number>()
  for (const cell of [...places.keys()].sort((a, b) => a - b)) {
    begins.set(cell, across.length)
    const many = places.get(cell) ?? 1
    for (let i = 0; i < many; i++) across.push(Math.min(Math.max((cell + i / many) * width, first), last) / unit)
  }
  const exact: Joined['exact'] = []
  const columns = series.map(({ at, value }) => {
    const column: (number | null)[] = new Array(across.length).fill(null)
    const own: (number | undefined)[] = new Array(across.length)
    let cell = Number.NaN
    let many = 0
    at.forEach((place, i) => {
      const next = cellOf(place)
      many = next === cell ? many + 1 : 0
      cell = next
      const index = (begins.get(cell) ?? 0) + many
      column[index] = value[i] ?? null
      own[index] = place / unit
    })
    exact.push(own)
    return column
  })
  return { data: [across, ...columns] as uPlot.AlignedData, exact }
}

/** From the 2nd to the 98th percentile of all values, with some air. */
export const rangeOf = (series: Series[]): [number, number] => {
  const all = Float64Array.from(series.flatMap((each) => each.value)).sort()
  const low = all[Math.floor(all.length * 0.02)] ?? 0
  const high = all[Math.min(all.length - 1, Math.ceil(all.length * 0.98))] ?? 1
  const air = (high - low) * 0.05 || 1
  return [low - air, high + air]
}

/** Of the ends of an axis, how far they lie apart at least: between closer ones are no numbers to write beside it. */
const APART = 1e-9

/**
 * Ends of an axis where somebody set one or both, in whichever order. An axis of no length cannot be drawn: about what was set is some air
 * then.
 */
export const endsOf = (
  least: number | undefined,
  most: number | undefined,
  lowest: number,
  highest: number,
): [number, number] => {
  if (least !== undefined && most !== undefined && least > most) return endsOf(most, least, lowest, highest)
  const bottom = least ?? lowest
  const top = most ?? highest
  if (top - bottom > Math.max(Math.abs(bottom), Math.abs(top)) * APART) return [bottom, top]
  const middle = least ?? most ?? bottom
  const air = Math.abs(middle) / 10 || 1
  return [middle - air, middle + air]
}

/** One line a point, for spreadsheets. */
export const csvOf = (series: Series[], axis: Axis): string => {
  const unit = unitOf(axis)
  return [
    `run,${axis},value`,
    ...series.flatMap((each) => each.at.map((place, i) => `${cell(each.name)},${place / unit},${each.value[i]}`)),
  ].join('\n')
}

/** A cell that a spreadsheet would take for a formula is kept as text. */
export const cell = (text: unknown): string => {
  const plain = text === null || text === undefined ? '' : String(text)
  const safe = /^[=+\-@\t\r]/.test(plain) ? `'${plain}` : plain
  return /[",\n]/.test(safe) ? `"${safe.replace(/"/g, '""')}"` : safe
}
