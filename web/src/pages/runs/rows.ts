// Runs as the table keeps them: a hundred thousand have to fit in memory, so each holds its values by the place of their column.
import type { MlRun } from '../../api/types.ts'

/** Places of columns, shared by all rows of an experiment. */
export class Schema {
  readonly places = new Map<string, number>()
  private readonly texts = new Map<string, string>()

  place(column: string): number {
    const known = this.places.get(column)
    if (known !== undefined) return known
    this.places.set(column, this.places.size)
    return this.places.size - 1
  }

  /** The same text once: parameters and tags repeat. */
  text(value: string): string {
    const known = this.texts.get(value)
    if (known !== undefined) return known
    if (this.texts.size < MOST_TEXTS) this.texts.set(value, value)
    return value
  }
}

const MOST_TEXTS = 20_000
const PARENT = 'mlflow.parentRunId'

export interface Row {
  id: string
  name: string
  status: string
  start: number
  end: number | null
  user: string
  parent: string | null
  schema: Schema
  values: (number | string | undefined)[]
}

const schemas = new Map<string, Schema>()

/** The columns of an experiment, as far as its runs were seen. */
export const schemaOf = (experiment: string): Schema => {
  const known = schemas.get(experiment) ?? new Schema()
  schemas.set(experiment, known)
  return known
}

export const rowOf = (run: MlRun, schema: Schema): Row => {
  const values: (number | string | undefined)[] = []
  let parent: string | null = null
  for (const metric of run.data.metrics ?? []) values[schema.place(`metrics.${metric.key}`)] = Number(metric.value)
  for (const param of run.data.params ?? []) values[schema.place(`params.${param.key}`)] = schema.text(param.value)
  for (const tag of run.data.tags ?? []) {
    if (tag.key === PARENT) parent = tag.value
    else if (!tag.key.startsWith('mlflow.')) values[schema.place(`tags.${tag.key}`)] = schema.text(tag.value)
  }
  const { info } = run
  return {
    id: info.run_id,
    name: info.run_name,
    status: info.status,
    start: info.start_time,
    end: info.end_time ?? null,
    user: info.user_id ?? '',
    parent,
    schema,
    values,
  }
}
