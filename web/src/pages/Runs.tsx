import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { useVirtualizer } from '@tanstack/react-virtual'
import { useEffect, useMemo, useRef, useState } from 'react'
import { get, mlflow, post } from '../api/client.ts'
import type { MlExperiment, MlRun } from '../api/types.ts'
import { duration, number } from '../parts/format.ts'
import { Icon } from '../parts/Icon.tsx'
import { Card, Empty, Failure, Head, Loading, Time } from '../parts/parts.tsx'

interface Found {
  runs?: MlRun[]
  next_page_token?: string
}
interface View {
  filter?: string
  order?: string
  columns?: string
}

const ROW = 32
const PAGE = 500
/** Columns shown when nobody picked any. */
const FIRST_COLUMNS = 6

/** The runs of an experiment: MLflow's filter language, any column sorted by the server, rows drawn as they come into sight. */
export function Runs() {
  const { id } = useParams({ strict: false }) as { id: string }
  const view = useSearch({ strict: false }) as View
  const navigate = useNavigate()
  const set = (next: View) => void navigate({ to: `/ui/experiments/${id}`, search: { ...view, ...next }, replace: true })
  const experiment = useQuery({
    queryKey: ['experiment', id],
    queryFn: () => get<{ experiment: MlExperiment }>(`${mlflow}/experiments/get?experiment_id=${id}`),
  })
  const order = view.order ?? 'attributes.start_time DESC'
  const runs = useInfiniteQuery({
    queryKey: ['runs', id, view.filter, order],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam }) =>
      post<Found>(`${mlflow}/runs/search`, {
        experiment_ids: [id],
        filter: view.filter ?? '',
        order_by: [order],
        max_results: PAGE,
        page_token: pageParam,
      }),
    getNextPageParam: (last) => last.next_page_token,
  })
  const rows = useMemo(() => runs.data?.pages.flatMap((page) => page.runs ?? []) ?? [], [runs.data])
  const known = useMemo(() => columnsOf(rows), [rows])
  const columns = view.columns ? view.columns.split(',').filter(Boolean) : known.slice(0, FIRST_COLUMNS)
  const [chosen, setChosen] = useState<Set<string>>(new Set())
  return (
    <div className="p-runs">
      <Head
        crumbs={[
          <Link key="e" to="/ui/experiments">
            Experiments
          </Link>,
        ]}
        title={experiment.data?.experiment.name ?? `Experiment ${id}`}
        sub={runs.isSuccess ? `${rows.length}${runs.hasNextPage ? ' and more' : ''} runs${view.filter ? ' match' : ''}` : ' '}
        acts={<Columns known={known} chosen={columns} onChange={(next) => set({ columns: next.join(',') })} />}
      />
      <Filter value={view.filter ?? ''} onChange={(filter) => set({ filter })} />
      {runs.isError && <Failure error={runs.error} />}
      {runs.isPending && <Loading height={420} />}
      {runs.isSuccess && rows.length === 0 && <Empty>{view.filter ? 'No run matches this filter.' : 'No run yet.'}</Empty>}
      {rows.length > 0 && (
        <Rows
          rows={rows}
          columns={columns}
          order={order}
          onOrder={(next) => set({ order: next })}
          chosen={chosen}
          onChoose={(run) => setChosen((before) => toggled(before, run))}
          onEnd={() => {
            if (runs.hasNextPage && !runs.isFetchingNextPage) void runs.fetchNextPage()
          }}
        />
      )}
      {chosen.size > 0 && (
        <div className="selbar">
          <b>{chosen.size} selected</b>
          <Link
            className={`btn p ${chosen.size < 2 ? 'off' : ''}`}
            to="/ui/compare"
            search={{ runs: [...chosen].join(',') }}
            disabled={chosen.size < 2}
          >
            Compare <kbd>C</kbd>
          </Link>
          <button type="button" className="btn" onClick={() => setChosen(new Set())}>
            Clear
          </button>
        </div>
      )}
    </div>
  )
}

const toggled = (before: Set<string>, run: string) => {
  const after = new Set(before)
  if (!after.delete(run)) after.add(run)
  return after
}

const columnsOf = (rows: MlRun[]) => {
  const metrics = new Set<string>()
  const params = new Set<string>()
  for (const run of rows.slice(0, 200)) {
    for (const metric of run.data.metrics ?? []) metrics.add(metric.key)
    for (const param of run.data.params ?? []) params.add(param.key)
  }
  return [...[...metrics].map((key) => `metrics.${key}`), ...[...params].map((key) => `params.${key}`)]
}

function Filter({ value, onChange }: { value: string; onChange: (filter: string) => void }) {
  const [words, setWords] = useState(value)
  useEffect(() => setWords(value), [value])
  return (
    <form
      className="bar"
      onSubmit={(e) => {
        e.preventDefault()
        onChange(words)
      }}
    >
      <label className="field" style={{ flex: 1 }}>
        <Icon name="search" />
        <input
          className="bare"
          data-filter
          aria-label="Filter"
          placeholder="metrics.auc > 0.8 and params.max_depth = '4' and tags.team LIKE 'risk%'"
          value={words}
          onChange={(e) => setWords(e.target.value)}
        />
      </label>
      <button type="submit" className="btn">
        Filter
      </button>
      {value && (
        <button type="button" className="btn g" onClick={() => onChange('')}>
          Clear
        </button>
      )}
    </form>
  )
}

function Columns({ known, chosen, onChange }: { known: string[]; chosen: string[]; onChange: (columns: string[]) => void }) {
  return (
    <details className="pick">
      <summary className="btn">Columns</summary>
      <div className="card pick-list">
        {known.map((column) => (
          <label key={column}>
            <input
              type="checkbox"
              checked={chosen.includes(column)}
              onChange={(e) => onChange(e.target.checked ? [...chosen, column] : chosen.filter((each) => each !== column))}
            />{' '}
            {column}
          </label>
        ))}
      </div>
    </details>
  )
}

function Rows({
  rows,
  columns,
  order,
  onOrder,
  chosen,
  onChoose,
  onEnd,
}: {
  rows: MlRun[]
  columns: string[]
  order: string
  onOrder: (order: string) => void
  chosen: Set<string>
  onChoose: (run: string) => void
  onEnd: () => void
}) {
  const box = useRef<HTMLDivElement>(null)
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => box.current,
    estimateSize: () => ROW,
    overscan: 20,
  })
  const items = virtual.getVirtualItems()
  const last = items[items.length - 1]?.index ?? 0
  useEffect(() => {
    if (last >= rows.length - 60) onEnd()
  }, [last, rows.length, onEnd])
  const grid = { gridTemplateColumns: `24px 220px 100px 130px 90px ${columns.map(() => '120px').join(' ')}` }
  const sorted = (column: string) =>
    order.startsWith(`${column} `) ? (order.endsWith('DESC') ? 'descending' : 'ascending') : 'none'
  const head = (column: string, text: string, n = false) => (
    <div role="columnheader" aria-sort={sorted(column)} className={n ? 'n' : ''} key={column}>
      <button
        type="button"
        title={`Sort by ${text}`}
        onClick={() => onOrder(`${column} ${sorted(column) === 'descending' ? 'ASC' : 'DESC'}`)}
      >
        {text} {sorted(column) === 'descending' ? '↓' : sorted(column) === 'ascending' ? '↑' : ''}
      </button>
    </div>
  )
  return (
    <Card flush>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a table that scrolls must be reachable by keyboard */}
      <div className="vrows" ref={box} role="table" aria-label="Runs" aria-rowcount={rows.length} tabIndex={0}>
        <div className="vhead" style={grid} role="row">
          <div role="columnheader">
            <span className="vh">Chosen</span>
          </div>
          {head('attributes.run_name', 'Run')}
          {head('attributes.status', 'Status')}
          {head('attributes.start_time', 'Started')}
          <div role="columnheader" className="n">
            Took
          </div>
          {columns.map((column) => head(quoted(column), column.slice(column.indexOf('.') + 1), true))}
        </div>
        <div style={{ height: virtual.getTotalSize(), position: 'relative' }}>
          {items.map((item) => {
            const run = rows[item.index]
            if (!run) return null
            const id = run.info.run_id
            return (
              <div
                key={id}
                role="row"
                aria-rowindex={item.index + 1}
                className={`vrow ${chosen.has(id) ? 'sel' : ''}`}
                style={{ ...grid, transform: `translateY(${item.start}px)` }}
              >
                <div role="cell">
                  <input
                    type="checkbox"
                    aria-label={`Choose ${run.info.run_name}`}
                    checked={chosen.has(id)}
                    onChange={() => onChoose(id)}
                  />
                </div>
                <div role="cell">
                  <Link className="l" to={`/ui/runs/${id}`} title={run.info.run_name}>
                    {run.info.run_name}
                  </Link>
                </div>
                <div role="cell" className="m">
                  {run.info.status.toLowerCase()}
                </div>
                <div role="cell">
                  <Time at={run.info.start_time} />
                </div>
                <div role="cell" className="n m">
                  {run.info.end_time ? duration(run.info.end_time - run.info.start_time) : '–'}
                </div>
                {columns.map((column) => (
                  <div role="cell" className="n" key={column} title={full(run, column)}>
                    {value(run, column)}
                  </div>
                ))}
              </div>
            )
          })}
        </div>
      </div>
    </Card>
  )
}

const quoted = (column: string) => {
  const dot = column.indexOf('.')
  return `${column.slice(0, dot)}.\`${column.slice(dot + 1)}\``
}

const raw = (run: MlRun, column: string) => {
  const dot = column.indexOf('.')
  const key = column.slice(dot + 1)
  return column.startsWith('metrics.')
    ? run.data.metrics?.find((each) => each.key === key)?.value
    : run.data.params?.find((each) => each.key === key)?.value
}
const full = (run: MlRun, column: string) => String(raw(run, column) ?? '')
const value = (run: MlRun, column: string) => {
  const found = raw(run, column)
  return found === undefined ? '–' : column.startsWith('metrics.') ? number(found) : String(found)
}
