// Widths of the table's columns: as somebody drew them, else as the card has room.

export const NAME = 'attributes.run_name'
export const STARTED = 'attributes.start_time'
export const TOOK = 'attributes.duration'

const BOX = 20
const GAP = 8
const PADDING = 24
const LEAST = 48
const MOST = 800
const USUAL: Record<string, number> = { [NAME]: 190, [STARTED]: 120, [TOOK]: 68 }
const OTHER = 104

export const clampWidth = (width: number) => Math.round(Math.min(MOST, Math.max(LEAST, width)))

/** `column:pixels` joined by spaces, as it stands in the URL. */
export const parseWidths = (text: string | undefined): Map<string, number> =>
  new Map(
    (text ?? '')
      .split(' ')
      .map((each): [string, number] => [each.slice(0, each.lastIndexOf(':')), Number(each.slice(each.lastIndexOf(':') + 1))])
      .filter(([column, width]) => column && Number.isFinite(width))
      .map(([column, width]) => [column, clampWidth(width)]),
  )

export const writeWidths = (widths: Map<string, number>) => [...widths].map(([column, width]) => `${column}:${width}`).join(' ')

export interface Sizes {
  /** For `grid-template-columns`. */
  template: string
  /** Where each column begins, for those that stay in place. */
  left: number[]
  widths: number[]
}

/** Room that is left goes to the columns nobody drew, in equal parts. */
export const sizesOf = (columns: string[], drawn: Map<string, number>, room: number): Sizes => {
  const base = columns.map((column) => drawn.get(column) ?? USUAL[column] ?? OTHER)
  const used = BOX + base.reduce((sum, width) => sum + width + GAP, 0) + PADDING
  const free = columns.filter((column) => !drawn.has(column)).length
  const extra = room > used && free ? (room - used) / free : 0
  const widths = columns.map((column, i) => (base[i] ?? 0) + (drawn.has(column) ? 0 : extra))
  const left: number[] = []
  let at = PADDING / 2 + BOX + GAP
  for (const width of widths) {
    left.push(at)
    at += width + GAP
  }
  return { template: `${BOX}px ${widths.map((width) => `${width}px`).join(' ')}`, left, widths }
}
