// Where a number stands on an axis, and which numbers are written beside it.

export interface Scale {
  at: (value: number) => number
  ticks: number[]
}

const STEPS = [1, 2, 2.5, 5, 10]

/** Round numbers over a range, about as many as wanted. */
export const ticksOf = (low: number, high: number, wanted = 5): number[] => {
  if (!(high > low)) return [low]
  const raw = (high - low) / wanted
  const power = 10 ** Math.floor(Math.log10(raw))
  const step = power * (STEPS.find((each) => each * power >= raw) ?? 10)
  const ticks: number[] = []
  for (let i = Math.ceil(low / step); i * step <= high + step * 1e-9; i++) ticks.push(Number((i * step).toPrecision(12)))
  return ticks
}

/** From the least to the most of the values, with air at both ends, onto pixels. */
export const scaleOf = (values: number[], from: number, to: number, air = 0.04): Scale => {
  let low = Number.POSITIVE_INFINITY
  let high = Number.NEGATIVE_INFINITY
  for (const value of values) {
    if (!Number.isFinite(value)) continue
    low = Math.min(low, value)
    high = Math.max(high, value)
  }
  if (low > high) return { at: () => (from + to) / 2, ticks: [] }
  if (low === high) {
    const around = Math.abs(low) * 0.1 || 1
    low -= around
    high += around
  }
  const pad = (high - low) * air
  const begin = low - pad
  const end = high + pad
  return { at: (value) => from + ((value - begin) / (end - begin)) * (to - from), ticks: ticksOf(begin, end) }
}

/** The value below which a share of sorted values lies, between the two nearest. */
export const quantile = (sorted: number[], share: number): number => {
  const place = (sorted.length - 1) * share
  const low = sorted[Math.floor(place)] ?? Number.NaN
  const high = sorted[Math.ceil(place)] ?? low
  return low + (high - low) * (place - Math.floor(place))
}
