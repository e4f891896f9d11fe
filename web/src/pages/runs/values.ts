// Columns of runs by the names of MLflow's filter language: metrics.x, params.x, tags.x.
import type { MlRun } from '../../api/types.ts'
import { number } from '../../parts/format.ts'

/** Columns shown when nobody picked any. */
export const FIRST_COLUMNS = 5

const keyOf = (column: string) => column.slice(column.indexOf('.') + 1)
export const nameOf = keyOf
export const isMetric = (column: string) => column.startsWith('metrics.')

/** As the filter language and the order of a search write it. */
export const quoted = (column: string) => `${column.slice(0, column.indexOf('.'))}.\`${keyOf(column)}\``

export const rawOf = (run: MlRun, column: string): number | string | undefined => {
  const key = keyOf(column)
  const list = isMetric(column) ? run.data.metrics : column.startsWith('params.') ? run.data.params : run.data.tags
  return list?.find((each) => each.key === key)?.value
}

export const textOf = (run: MlRun, column: string): string => {
  const raw = rawOf(run, column)
  return raw === undefined ? '–' : isMetric(column) ? number(raw) : String(raw)
}

/** What the first rows hold: metrics, then parameters that differ, then the others, then people's own tags. */
export const columnsOf = (runs: MlRun[]): string[] => {
  const metrics = new Set<string>()
  const params = new Map<string, Set<string>>()
  const tags = new Set<string>()
  for (const run of runs.slice(0, 200)) {
    for (const metric of run.data.metrics ?? []) metrics.add(metric.key)
    for (const param of run.data.params ?? []) params.set(param.key, (params.get(param.key) ?? new Set()).add(param.value))
    for (const tag of run.data.tags ?? []) if (!tag.key.startsWith('mlflow.')) tags.add(tag.key)
  }
  const names = [...params.entries()].sort((a, b) => Math.min(b[1].size, 2) - Math.min(a[1].size, 2))
  const leading = [...metrics].sort((a, b) => Number(/^(val|test)/.test(b)) - Number(/^(val|test)/.test(a)))
  return [
    ...leading.map((key) => `metrics.${key}`),
    ...names.map(([key]) => `params.${key}`),
    ...[...tags].map((key) => `tags.${key}`),
  ]
}
