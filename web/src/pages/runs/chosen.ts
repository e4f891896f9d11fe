// Which runs are chosen.
import type { Row } from './rows.ts'

/** Whether every run that was read is chosen; of none, none is. */
export const isAllChosen = (rows: Pick<Row, 'id'>[], chosen: Set<string>) =>
  rows.length > 0 && chosen.size >= rows.length && rows.every((row) => chosen.has(row.id))

export const toggled = (before: Set<string>, run: string) => {
  const after = new Set(before)
  if (!after.delete(run)) after.add(run)
  return after
}
