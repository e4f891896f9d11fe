// Columns of runs by the names of MLflow's filter language: metrics.x, params.x, tags.x, attributes.x.
import { fullTime, number, when } from '../../parts/format.ts'
import type { Row, Schema } from './rows.ts'

/** Columns shown when nobody picked any. */
export const FIRST_COLUMNS = 5

/** What every run has, beside its name, begin and length, which are always shown. */
const ATTRIBUTES = ['attributes.status', 'attributes.user_id', 'attributes.end_time']

const keyOf = (column: string) => column.slice(column.indexOf('.') + 1)
export const nameOf = keyOf
export const isMetric = (column: string) => column.startsWith('metrics.')
const isAttribute = (column: string) => column.startsWith('attributes.')

/** As the filter language and the order of a search write it. */
export const quoted = (column: string) =>
  isAttribute(column) ? column : `${column.slice(0, column.indexOf('.'))}.\`${keyOf(column)}\``

export const rawOf = (row: Row, column: string): number | string | undefined => {
  switch (column) {
    case 'attributes.status':
      return row.status
    case 'attributes.user_id':
      return row.user
    case 'attributes.end_time':
      return row.end ?? undefined
    default: {
      const place = row.schema.places.get(column)
      return place === undefined ? undefined : row.values[place]
    }
  }
}

export const textOf = (row: Row, column: string): string => {
  const raw = rawOf(row, column)
  if (raw === undefined || raw === '') return '–'
  if (isMetric(column)) return number(raw)
  if (column === 'attributes.end_time') {
    const at = when(raw)
    return at ? fullTime(at) : '–'
  }
  return column === 'attributes.status' ? String(raw).toLowerCase() : String(raw)
}

/** Rows that decide in what order columns are proposed. */
const LOOKED_AT = 200

/** Metrics, then parameters that differ, then the others, then people's own tags, then what every run has. */
export const columnsOf = (schema: Schema, rows: Row[]): string[] => {
  const first = rows.slice(0, LOOKED_AT)
  const all = [...schema.places.keys()]
  const differs = new Map(all.map((column) => [column, new Set(first.map((row) => rawOf(row, column))).size > 1 ? 1 : 0]))
  const of = (kind: string) => all.filter((column) => column.startsWith(`${kind}.`))
  return [
    ...of('metrics').sort((a, b) => Number(isOutcome(b)) - Number(isOutcome(a))),
    ...of('params').sort((a, b) => (differs.get(b) ?? 0) - (differs.get(a) ?? 0)),
    ...of('tags'),
    ...ATTRIBUTES,
  ]
}

const isOutcome = (column: string) => /^metrics\.(val|test)/.test(column)

/** Names of metrics that are better when lower. */
export const isLowerBetter = (metric: string) => /loss|error|rmse|mae|mse|brier|latency|perplexity/i.test(metric)

/** Measures of the machine, which MLflow's clients log under this name. */
export const isOfMachine = (metric: string) => metric.startsWith('system/')
