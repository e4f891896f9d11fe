import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { useEffect, useMemo, useRef, useState } from 'react'
import { get, mlflow, post } from '../../api/client.ts'
import type { MlExperiment, MlRun } from '../../api/types.ts'
import { colourOf } from '../../parts/colours.ts'
import { count } from '../../parts/format.ts'
import { Head } from '../../parts/layout.tsx'
import { Copy } from '../../parts/marks.tsx'
import { Empty, Failure, Loading } from '../../parts/states.tsx'
import { Charts } from './Charts.tsx'
import { Columns } from './Columns.tsx'
import { Filter } from './Filter.tsx'
import { RunTable } from './RunTable.tsx'
import { Selection } from './Selection.tsx'
import { columnsOf, FIRST_COLUMNS } from './values.ts'

interface Found {
  runs?: MlRun[]
  next_page_token?: string
}

/** All of it stands in the URL, so that a link shows the same. */
interface View {
  filter?: string | undefined
  order?: string | undefined
  columns?: string | undefined
  tab?: 'charts' | undefined
  folded?: 'yes' | undefined
}

const FIRST_PAGE = 200
const NEWEST = 'attributes.start_time DESC'

/** The runs of an experiment: a table or charts of them, filtered and sorted by the server. */
export function RunsPage() {
  const { id } = useParams({ strict: false }) as { id: string }
  const view = useSearch({ strict: false }) as View
  const navigate = useNavigate()
  const set = (next: View) =>
    void navigate({ to: `/ui/experiments/${id}`, search: { ...view, ...next }, replace: true, resetScroll: false })
  const experiment = useQuery({
    queryKey: ['experiment', id],
    queryFn: () => get<{ experiment: MlExperiment }>(`${mlflow}/experiments/get?experiment_id=${id}`),
  })
  const order = view.order ?? NEWEST
  const runs = useInfiniteQuery({
    queryKey: ['runs', id, view.filter, order],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam }) =>
      post<Found>(`${mlflow}/runs/search`, {
        experiment_ids: [id],
        filter: view.filter ?? '',
        order_by: [order],
        max_results: pageParam ? 1000 : FIRST_PAGE,
        page_token: pageParam,
      }),
    getNextPageParam: (last) => last.next_page_token,
    refetchInterval: (query) =>
      query.state.data?.pages.length === 1 && query.state.data.pages[0]?.runs?.some((run) => run.info.status === 'RUNNING')
        ? 3_000
        : false,
    retry: false,
  })
  const rows = useMemo(() => runs.data?.pages.flatMap((page) => page.runs ?? []) ?? [], [runs.data])
  // A filter that finds nothing leaves the columns as they were, so that it can be mended.
  const last = useRef<string[]>([])
  const known = useMemo(() => {
    if (rows.length) last.current = columnsOf(rows)
    return last.current
  }, [rows])
  const columns = view.columns ? String(view.columns).split(',').filter(Boolean) : known.slice(0, FIRST_COLUMNS)
  const [chosen, setChosen] = useState<Set<string>>(new Set())
  const colours = useMemo(() => new Map([...chosen].map((run, i) => [run, colourOf(i)])), [chosen])
  const chosenRuns = rows.filter((run) => chosen.has(run.info.run_id))
  useSelectionKeys(
    chosen,
    () => setChosen(new Set()),
    (list) => void navigate({ to: '/ui/compare', search: { runs: list } }),
  )
  const found = runs.isSuccess
    ? `${count(rows.length)}${runs.hasNextPage ? ' and more' : ''} ${rows.length === 1 ? 'run' : 'runs'}`
    : ''
  const tab = view.tab === 'charts' ? 'charts' : 'runs'
  return (
    <>
      <Head
        crumbs={[
          <Link key="e" to="/ui/experiments">
            Experiments
          </Link>,
        ]}
        title={experiment.data?.experiment.name ?? `Experiment ${id}`}
        acts={
          <span className="btn">
            This view <Copy text={location.href} label="link to this view" />
          </span>
        }
      />
      <div className="tabs" role="tablist">
        <button type="button" role="tab" aria-selected={tab === 'runs'} onClick={() => set({ tab: undefined })}>
          Runs <span className="c">{runs.isSuccess ? `${count(rows.length)}${runs.hasNextPage ? '+' : ''}` : ''}</span>
        </button>
        <button type="button" role="tab" aria-selected={tab === 'charts'} onClick={() => set({ tab: 'charts' })}>
          Charts
        </button>
      </div>
      <div className="bar">
        <Filter
          value={view.filter ?? ''}
          columns={known}
          found={found}
          onChange={(filter) => set({ filter: filter || undefined })}
        />
        {tab === 'runs' && <Columns known={known} chosen={columns} onChange={(next) => set({ columns: next.join(',') })} />}
      </div>
      {runs.isError && <Failure error={runs.error} />}
      {runs.isPending && <Loading height={420} />}
      {runs.isSuccess && rows.length === 0 && (
        <Empty {...(view.filter ? {} : { line: `mlflow.set_experiment(experiment_id="${id}")` })}>
          {view.filter ? 'No run matches this filter.' : 'No run yet.'}
        </Empty>
      )}
      {rows.length > 0 && tab === 'charts' && <Charts rows={rows} chosen={chosen} />}
      {rows.length > 0 && tab === 'runs' && (
        <div className="stack">
          {rows.length > 1 && (
            <section aria-label="Charts of what is shown">
              {view.folded !== 'yes' && <Charts rows={rows.slice(0, 100)} chosen={chosen} most={3} />}
              <button
                type="button"
                className="fold s m"
                aria-expanded={view.folded !== 'yes'}
                onClick={() => set({ folded: view.folded === 'yes' ? undefined : 'yes' })}
              >
                {view.folded === 'yes' ? 'Show charts' : 'Fold charts'}
              </button>
            </section>
          )}
          <RunTable
            rows={rows}
            columns={columns}
            order={order}
            colours={colours}
            onOrder={(next) => set({ order: next === NEWEST ? undefined : next })}
            chosen={chosen}
            onChoose={(run) => setChosen((before) => toggled(before, run))}
            onEnd={() => {
              if (runs.hasNextPage && !runs.isFetchingNextPage) void runs.fetchNextPage()
            }}
          />
        </div>
      )}
      {chosenRuns.length > 0 && (
        <Selection runs={chosenRuns} colours={colours} onClear={() => setChosen(new Set())} onDone={() => void runs.refetch()} />
      )}
    </>
  )
}

const toggled = (before: Set<string>, run: string) => {
  const after = new Set(before)
  if (!after.delete(run)) after.add(run)
  return after
}

/** c compares what is chosen, Esc clears it. */
const useSelectionKeys = (chosen: Set<string>, onClear: () => void, onCompare: (runs: string) => void) => {
  useEffect(() => {
    if (!chosen.size) return
    const pressed = (e: globalThis.KeyboardEvent) => {
      const at = e.target as HTMLElement
      if (/^(INPUT|TEXTAREA|SELECT)$/.test(at.tagName) && (at as HTMLInputElement).type !== 'checkbox') return
      if (document.querySelector('dialog[open]') || e.ctrlKey || e.metaKey) return
      if (e.key === 'Escape') onClear()
      else if (e.key === 'c' && chosen.size > 1 && localStorage.getItem('clew-keys') !== 'off') onCompare([...chosen].join(','))
    }
    addEventListener('keydown', pressed)
    return () => removeEventListener('keydown', pressed)
  }, [chosen, onClear, onCompare])
}
