import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { useCallback, useMemo, useState } from 'react'
import { get, mlflow, seg } from '../../api/client.ts'
import type { MlExperiment } from '../../api/types.ts'
import { colourOf } from '../../parts/colours.ts'
import { count } from '../../parts/format.ts'
import { Head } from '../../parts/layout.tsx'
import { comparisonOf } from '../../parts/paths.ts'
import { Empty, Failure, Loading } from '../../parts/states.tsx'
import { Unshown } from '../../parts/Unshown.tsx'
import { useNarrow } from '../../parts/useNarrow.ts'
import { Best } from './Best.tsx'
import { Charts } from './Charts.tsx'
import { ChartsTab } from './ChartsTab.tsx'
import { Columns } from './Columns.tsx'
import { toggled } from './chosen.ts'
import { Filter } from './Filter.tsx'
import { GroupBy } from './Group.tsx'
import { RunTable } from './RunTable.tsx'
import { Selection } from './Selection.tsx'
import { useRuns } from './useRuns.ts'
import { useSelectionKeys } from './useSelectionKeys.ts'
import { Views } from './Views.tsx'
import { FIRST_COLUMNS } from './values.ts'

/** All of it stands in the URL, so that a link shows the same. */
interface View {
  filter?: string | undefined
  order?: string | undefined
  columns?: string | undefined
  /** Columns after the name that stay in place. */
  frozen?: number | undefined
  widths?: string | undefined
  group?: string | undefined
  tab?: 'charts' | undefined
  /** Which charts, and of which columns. */
  plot?: string | undefined
  x?: string | undefined
  y?: string | undefined
  by?: string | undefined
  folded?: 'yes' | 'no' | undefined
}

const EXPERIMENTS = (
  <Link key="e" to="/ui/experiments">
    Experiments
  </Link>
)

const NEWEST = 'attributes.start_time DESC'

/** In groups more is read at once: few lines stand for many runs. */
const PART_OF_GROUPS = 500

export function RunsPage() {
  const { id } = useParams({ strict: false }) as { id: string }
  return <Runs key={id} id={id} />
}

/** The runs of an experiment: a table or charts of them. */
function Runs({ id }: { id: string }) {
  const view = useSearch({ strict: false }) as View
  const navigate = useNavigate()
  const set = (next: View) =>
    void navigate({ to: `/ui/experiments/${id}`, search: { ...view, ...next }, replace: true, resetScroll: false })
  const experiment = useQuery({
    queryKey: ['experiment', id],
    queryFn: () => get<{ experiment: MlExperiment }>(`${mlflow}/experiments/get?experiment_id=${seg(id)}`),
  })
  const order = view.order ?? NEWEST
  const { found: runs, list, rows, version, first, known, total } = useRuns(id, view.filter, order)
  const columns = useMemo(
    () => (view.columns ? String(view.columns).split(',').filter(Boolean) : known.slice(0, FIRST_COLUMNS)),
    [view.columns, known],
  )
  const [chosen, setChosen] = useState<Set<string>>(new Set())
  const colours = useMemo(() => new Map([...chosen].map((run, i) => [run, colourOf(i)])), [chosen])
  const choose = useCallback((run: string) => setChosen((before) => toggled(before, run)), [])
  // What the filter hides is neither shown as chosen nor compared.
  const chosenRuns = useMemo(() => (chosen.size ? rows.filter((run) => chosen.has(run.id)) : []), [rows, version, chosen])
  const chosenKey = chosenRuns.map((run) => run.id).join(',')
  const chosenIds = useMemo(() => chosenKey.split(',').filter(Boolean), [chosenKey])
  const shown = useMemo(() => new Set(chosenIds), [chosenIds])
  useSelectionKeys(
    chosenIds,
    () => setChosen(new Set()),
    (ids) => void navigate(comparisonOf(ids)),
  )
  const frozen = Math.max(0, Math.trunc(Number(view.frozen) || 0))
  const all = total ?? rows.length
  const found = runs.isSuccess ? `${count(all)} ${all === 1 ? 'run' : 'runs'}` : ''
  // On a telephone the table comes first.
  const isNarrow = useNarrow()
  const isFolded = view.folded ? view.folded === 'yes' : isNarrow
  const tab = view.tab === 'charts' ? 'charts' : 'runs'
  if (experiment.isLoadingError) return <Unshown crumbs={[EXPERIMENTS]} title={`Experiment ${id}`} error={experiment.error} />
  return (
    <>
      <Head
        crumbs={[EXPERIMENTS]}
        title={experiment.data?.experiment.name ?? `Experiment ${id}`}
        sub={<Best experiment={id} filter={view.filter} order={order} known={known} />}
        acts={<Views experiment={id} search={{ ...view }} />}
      />
      <div className="tabs" role="tablist">
        <button type="button" role="tab" aria-selected={tab === 'runs'} onClick={() => set({ tab: undefined })}>
          Runs <span className="c">{runs.isSuccess ? count(all) : ''}</span>
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
        {tab === 'runs' && (
          <>
            <GroupBy known={known} value={view.group} onChange={(group) => set({ group })} />
            <Columns
              known={known}
              chosen={columns}
              frozen={frozen}
              onChange={(next) => set({ columns: next.join(',') })}
              onFreeze={(frozen) => set({ frozen: frozen || undefined })}
            />
          </>
        )}
      </div>
      {runs.isError && <Failure error={runs.error} />}
      {runs.isLoadingError && (view.filter || view.order) && (
        <p className="row after">
          <button type="button" className="btn" onClick={() => set({ filter: undefined, order: undefined })}>
            Show all runs, newest first
          </button>
        </p>
      )}
      {list?.error != null && <Failure error={list.error} retry={list.again} />}
      {list && list.newer > 0 && (
        <button type="button" className="btn sm newer" onClick={() => void runs.refetch()}>
          {count(list.newer)} newer {list.newer === 1 ? 'run' : 'runs'}: show
        </button>
      )}
      {runs.isPending && <Loading height={420} />}
      {runs.isSuccess && rows.length === 0 && (
        <Empty {...(view.filter ? {} : { line: `mlflow.set_experiment(experiment_id="${id}")` })}>
          {view.filter ? 'No run matches this filter.' : 'No run yet.'}
        </Empty>
      )}
      {list && rows.length > 0 && tab === 'charts' && (
        <ChartsTab list={list} version={version} known={known} chosen={shown} view={view} onView={set} />
      )}
      {rows.length > 0 && tab === 'runs' && (
        <div className="stack">
          {rows.length > 1 && (
            <section aria-label="Charts of what is shown">
              {!isFolded && <Charts rows={first} known={known} chosen={shown} most={3} />}
              <button
                type="button"
                className="fold s m"
                aria-expanded={!isFolded}
                onClick={() => set({ folded: isFolded ? 'no' : 'yes' })}
              >
                {isFolded ? 'Show charts' : 'Fold charts'}
              </button>
            </section>
          )}
          <RunTable
            rows={rows}
            version={version}
            columns={columns}
            order={order}
            colours={colours}
            group={view.group}
            widths={view.widths}
            frozen={Math.min(frozen, columns.length + 2)}
            onOrder={(next) => set({ order: next === NEWEST ? undefined : next })}
            onWidths={(widths) => set({ widths })}
            chosen={chosen}
            onChoose={choose}
            onChooseAll={(isChosen) => setChosen(new Set(isChosen ? rows.map((run) => run.id) : []))}
            onEnd={() => void list?.more(view.group ? PART_OF_GROUPS : undefined)}
          />
        </div>
      )}
      {chosenRuns.length > 0 && (
        <Selection runs={chosenRuns} colours={colours} onClear={() => setChosen(new Set())} onDone={() => void runs.refetch()} />
      )}
    </>
  )
}
