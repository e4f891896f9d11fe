// Columns and profile of a version, in the forms in which clients tell them.
import type { DatasetVersion } from '../../api/types.ts'
import { number } from '../../parts/format.ts'

export interface Field {
  name: string
  type: string
  description?: string | undefined
}

const parsed = (value: unknown): unknown => {
  if (typeof value !== 'string') return value
  try {
    return JSON.parse(value)
  } catch {
    return null
  }
}

/** Our own list of columns, or MLflow's `mlflow_colspec`. */
export const columnsOf = (version: DatasetVersion): Field[] => {
  const schema = parsed(version.schema)
  const list = Array.isArray(schema) ? schema : (schema as { mlflow_colspec?: unknown } | null)?.mlflow_colspec
  if (!Array.isArray(list)) return []
  return list.map((each: { name?: unknown; type?: unknown; description?: string }) => ({
    name: String(each.name ?? '?'),
    type: String(each.type ?? '?'),
    description: each.description,
  }))
}

/** Every figure of the profile under its path. */
export const profileOf = (version: DatasetVersion): Map<string, string> => {
  const figures = new Map<string, string>()
  const walk = (value: unknown, path: string) => {
    if (Array.isArray(value)) for (const [i, each] of value.slice(0, 50).entries()) walk(each, `${path} ${nameOf(each) ?? i + 1}`)
    else if (value !== null && typeof value === 'object')
      for (const [key, each] of Object.entries(value)) walk(each, path ? `${path} ${key}` : key)
    else if (value !== null && value !== undefined)
      figures.set(path.trim(), typeof value === 'number' ? number(value) : String(value))
  }
  walk(parsed(version.profile), '')
  return figures
}

const nameOf = (value: unknown) =>
  value !== null && typeof value === 'object' && 'name' in value ? String((value as { name: unknown }).name) : null

/** What a column of a profile holds, as `clew profile --json` writes it. */
export interface ColumnProfile {
  name: string
  missing?: number
  distinct?: number
  distinct_exact?: boolean
  top?: { value: unknown; count: number }[]
  numbers?: {
    min: number
    max: number
    mean: number
    std?: number
    quantiles?: Record<string, number>
    histogram?: { edges: number[]; counts: number[] }
  }
}

/** Columns of a profile by name; empty where it is another client's. */
export const columnProfilesOf = (version: DatasetVersion): Map<string, ColumnProfile> => {
  const columns = (parsed(version.profile) as { columns?: unknown } | null)?.columns
  return new Map(
    (Array.isArray(columns) ? columns : [])
      .filter((each): each is ColumnProfile => typeof each?.name === 'string')
      .map((each) => [each.name, each]),
  )
}
