import { mlflow, post } from '../../api/client.ts'
import type { MlRun } from '../../api/types.ts'
import { type Row, rowOf, type Schema } from './rows.ts'

/** What is searched, and in what order. */
export interface Search {
  experiment: string
  filter: string
  order: string
}

interface Part {
  rows: Row[]
  /** How many match in all, as the first part tells. */
  total: number | undefined
  next: string | undefined
}

export const FIRST_PART = 50
/** Small enough that reading one leaves no frame out. */
const PART = 100
/** Most that is read in one answer, and again when something was changed. */
const MOST_AT_ONCE = 1_000
const MOST_AGAIN = 5_000
/** Runs further down that are asked for by their ids while they go on. */
const MOST_RUNNING = 100

/**
 * The runs of a search as far as they were read. It grows in place: who shows it is told, and looks at how many there are. A list of a
 * hundred thousand that was copied for each part of a hundred would be copied a thousand times.
 */
export class RunList {
  readonly rows: Row[]
  readonly total: number | undefined
  error: unknown = null
  /** Runs that began to match since the list was read. */
  newer = 0
  private next: string | undefined
  private isReading = false
  /** Counts what changed, for those who watch. */
  private version = 0
  private readonly watchers = new Set<() => void>()

  private constructor(
    private readonly search: Search,
    private readonly schema: Schema,
    first: Part,
  ) {
    this.rows = first.rows
    this.total = first.total
    this.next = first.next
  }

  /** @param least how many rows are read, when there are so many; those that were read before something was changed */
  static async read(search: Search, schema: Schema, least = FIRST_PART): Promise<RunList> {
    const wanted = Math.min(least, MOST_AGAIN)
    const list = new RunList(search, schema, await part(search, schema, Math.min(wanted, MOST_AT_ONCE)))
    while (list.rows.length < wanted && list.next) await list.read(MOST_AT_ONCE)
    return list
  }

  /** Reads the next part, unless one is being read or none is left. */
  more = async (size = PART): Promise<void> => {
    if (this.isReading || !this.next || this.error) return
    this.isReading = true
    try {
      await this.read(size)
    } catch (error) {
      this.error = error
    } finally {
      this.isReading = false
    }
    this.tell()
  }

  /** Goes on after a part that could not be read. */
  again = () => {
    this.error = null
    void this.more()
  }

  /** Reads again those that come first and those that go on, and counts what is new; the rest stays as it is. */
  refresh = async (): Promise<void> => {
    const { rows, total } = await part(this.search, this.schema, FIRST_PART)
    this.newer = Math.max(0, (total ?? 0) - (this.total ?? 0))
    const fresh = new Map(rows.map((row) => [row.id, row]))
    for (const row of await this.running(fresh)) fresh.set(row.id, row)
    for (let i = 0, left = fresh.size; i < this.rows.length && left > 0; i++) {
      const row = fresh.get(this.rows[i]?.id ?? '')
      if (!row) continue
      this.rows[i] = row
      left--
    }
    this.tell()
  }

  /** Those of the rows further down that go on, as they are now. */
  private async running(known: Map<string, Row>): Promise<Row[]> {
    const ids: string[] = []
    for (const row of this.rows) {
      if (row.status !== 'RUNNING' || known.has(row.id)) continue
      ids.push(row.id)
      if (ids.length === MOST_RUNNING) break
    }
    if (!ids.length) return []
    const filter = `attributes.run_id IN (${ids.map((id) => `'${id}'`).join(', ')})`
    return (await part({ ...this.search, filter }, this.schema, ids.length)).rows
  }

  /** Whether one of those that come first goes on. */
  get goesOn(): boolean {
    return this.rows.slice(0, FIRST_PART).some((row) => row.status === 'RUNNING')
  }

  /** Whether any that was read goes on. */
  get hasRunning(): boolean {
    return this.rows.some((row) => row.status === 'RUNNING')
  }

  watch = (watcher: () => void) => {
    this.watchers.add(watcher)
    return () => this.watchers.delete(watcher)
  }

  state = () => this.version

  private async read(size: number) {
    const { rows, next } = await part(this.search, this.schema, size, this.next)
    for (const row of rows) this.rows.push(row)
    this.next = next
  }

  private tell() {
    this.version++
    for (const watcher of this.watchers) watcher()
  }
}

const part = async (search: Search, schema: Schema, size: number, token?: string): Promise<Part> => {
  const page = await post<{ runs?: MlRun[]; next_page_token?: string; total_count?: number | string }>(`${mlflow}/runs/search`, {
    experiment_ids: [search.experiment],
    filter: search.filter,
    order_by: [search.order],
    max_results: size,
    page_token: token,
    include_total: token === undefined,
    fields: ['data'],
  })
  return {
    rows: (page.runs ?? []).map((run) => rowOf(run, schema)),
    next: page.next_page_token,
    total: page.total_count === undefined ? undefined : Number(page.total_count),
  }
}
