// How numbers, times and digests are written: thin space, true minus, four significant digits, 24 hours.

const THIN = ' '

export const count = (n: number) =>
  Math.trunc(n)
    .toString()
    .replace(/\B(?=(\d{3})+(?!\d))/g, THIN)

export const number = (v: number | string | null | undefined, digits = 4): string => {
  if (v === null || v === undefined) return '–'
  const n = typeof v === 'number' ? v : Number(v)
  if (Number.isNaN(n)) return 'NaN'
  if (!Number.isFinite(n)) return n > 0 ? '∞' : '−∞'
  if (Number.isInteger(n) && Math.abs(n) >= 1000) return (n < 0 ? '−' : '') + count(Math.abs(n))
  const abs = Math.abs(n)
  const text =
    abs !== 0 && (abs < 1e-4 || abs >= 1e9) ? abs.toExponential(digits - 1) : Number(abs.toPrecision(digits)).toString()
  return (n < 0 ? '−' : '') + text
}

/** A score between 0 and 1, all with the same digits. */
export const score = (v: number | null | undefined) => (v === null || v === undefined ? '–' : v.toFixed(3).replace('-', '−'))

export const signed = (n: number, digits = 3) => (n < 0 ? '−' : '+') + Math.abs(n).toFixed(digits)

export const bytesOf = (n: number) => {
  const units = ['B', 'kB', 'MB', 'GB', 'TB']
  let value = n
  let unit = 0
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000
    unit++
  }
  return `${number(value, 3)} ${units[unit]}`
}

export const short = (digest: string) => (digest.length > 14 ? `${digest.slice(0, 8)}…${digest.slice(-4)}` : digest)

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']
const two = (n: number) => String(n).padStart(2, '0')
// Written by hand: the first formatter of Intl takes longer to make than a page to draw.
const day = (d: Date) => `${d.getDate()} ${MONTHS[d.getMonth()]} ${d.getFullYear()}`
const clock = (d: Date) => `${two(d.getHours())}:${two(d.getMinutes())}`
const exact = (d: Date) => `${clock(d)}:${two(d.getSeconds())}`

export const when = (t: string | number | null | undefined): Date | null => {
  if (t === null || t === undefined || t === '') return null
  const date = new Date(t)
  return Number.isNaN(date.getTime()) ? null : date
}
export const fullTime = (d: Date) => `${day(d)}, ${exact(d)}`
export const utc = (d: Date) => `${d.toISOString().replace('T', ' ').slice(0, 19)} UTC`

/** A place on an axis of time, 24 hours; so many seconds lie between two of them. */
export const tickTime = (d: Date, apart: number) =>
  apart >= 86_400 || (d.getHours() === 0 && d.getMinutes() === 0 && d.getSeconds() === 0)
    ? `${d.getDate()} ${MONTHS[d.getMonth()]}`
    : apart >= 60
      ? clock(d)
      : exact(d)

/** A moment as the fields of dates want it, in the user's own zone: 2026-11-21T10:42. */
export const localMinute = (t: string | null | undefined): string => {
  const d = when(t)
  return d ? `${String(d.getFullYear()).padStart(4, '0')}-${two(d.getMonth() + 1)}-${two(d.getDate())}T${clock(d)}` : ''
}

export const relative = (d: Date, now = Date.now()) => {
  const s = Math.round((now - d.getTime()) / 1000)
  if (s < 0) return `${day(d)}, ${clock(d)}`
  if (s < 60) return `${s} s ago`
  if (s < 3600) return `${Math.floor(s / 60)} min ago`
  if (s < 86400) return `${Math.floor(s / 3600)} h ago`
  return `${day(d)}, ${clock(d)}`
}

export const duration = (ms: number) => {
  const s = ms / 1000
  if (s < 1) return `${Math.round(ms)} ms`
  if (s < 60) return `${number(s, 3)} s`
  if (s < 3600) return `${Math.floor(s / 60)} min ${Math.round(s % 60)} s`
  return `${Math.floor(s / 3600)} h ${Math.round((s % 3600) / 60)} min`
}
