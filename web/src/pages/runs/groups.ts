// Runs gathered by a parameter, a tag or the run they belong to.
import type { Row } from './rows.ts'
import { isMetric, rawOf } from './values.ts'

export const PARENT = 'parent'

export interface Group {
  key: string
  title: string
  rows: Row[]
  /** Mean of each metric shown, over the runs that have it. */
  means: Map<string, number>
}

/** A line of the table: a run, or the head of a group. */
export type Line = { group: Group; isOpen: boolean } | { row: Row; isInGroup: boolean }

export const grouped = (rows: Row[], by: string, columns: string[]): Group[] => {
  const found = new Map<string, Row[]>()
  const names = by === PARENT ? new Map(rows.map((row) => [row.id, row.name])) : null
  for (const row of rows) {
    const key = names ? (row.parent ?? row.id) : String(rawOf(row, by) ?? '')
    const members = found.get(key)
    if (members) members.push(row)
    else found.set(key, [row])
  }
  const metrics = columns.filter(isMetric)
  return [...found].map(([key, members]) => ({
    key,
    title: names ? (names.get(key) ?? `${key.slice(0, 8)}…`) : key || 'none',
    rows: members,
    means: new Map(metrics.flatMap((metric) => meanOf(members, metric))),
  }))
}

const meanOf = (rows: Row[], metric: string): [string, number][] => {
  let sum = 0
  let count = 0
  for (const row of rows) {
    const value = rawOf(row, metric)
    if (typeof value !== 'number' || !Number.isFinite(value)) continue
    sum += value
    count++
  }
  return count ? [[metric, sum / count]] : []
}

/** The lines of a table in groups: their heads, with the runs of those that are open. */
export const linesOf = (groups: Group[], open: Set<string>): Line[] =>
  groups.flatMap((group): Line[] => {
    const isOpen = open.has(group.key)
    const head = { group, isOpen }
    return isOpen ? [head, ...group.rows.map((row) => ({ row, isInGroup: true }))] : [head]
  })
