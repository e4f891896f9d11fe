import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useMemo, useRef, useSyncExternalStore } from 'react'
import { FIRST_PART, RunList } from './RunList.ts'
import { type Row, schemaOf } from './rows.ts'
import { columnsOf } from './values.ts'

const EVERY = 3_000
/** So many times more seldom is asked while no run goes on. */
const QUIET = 5
const FEW = 200
const NONE: Row[] = []
const unwatched = () => () => undefined

/** The runs of an experiment as far as they were scrolled to, filtered and sorted by the server; those that go on are asked for again. */
export const useRuns = (experiment: string, filter: string | undefined, order: string) => {
  const schema = schemaOf(experiment)
  const client = useQueryClient()
  const queryKey = ['run rows', experiment, filter, order]
  const found = useQuery({
    queryKey,
    queryFn: () =>
      RunList.read(
        { experiment, filter: filter ?? '', order },
        schema,
        Math.max(FIRST_PART, client.getQueryData<RunList>(queryKey)?.rows.length ?? 0),
      ),
    // The list is one thing that grows, not a value to be compared.
    structuralSharing: false,
    retry: false,
  })
  const list = found.data
  const version = useSyncExternalStore(list?.watch ?? unwatched, () => list?.state() ?? 0)
  const { refetch } = found
  useEffect(() => {
    if (!list) return
    let at = 0
    // What was hardly scrolled takes new runs in; a long list says that there are some.
    const look = async (list: RunList) => {
      await list.refresh()
      if (list.newer > 0 && list.rows.length <= FEW) await refetch()
    }
    const timer = setInterval(() => {
      at++
      if (document.hidden || (!list.hasRunning && at % QUIET !== 0)) return
      void look(list).catch(() => undefined)
    }, EVERY)
    return () => clearInterval(timer)
  }, [list, refetch])
  // A filter that finds nothing leaves the columns as they were, so that it can be mended.
  const last = useRef<string[]>([])
  // The version says that the rows that come first are others
  const first = useMemo(() => list?.rows.slice(0, FIRST_PART) ?? NONE, [list, list?.goesOn ? version : 0])
  // Runs further down may have what none of the first has.
  const known = useMemo(() => {
    if (first.length) last.current = columnsOf(schema, first)
    return last.current
  }, [first, schema, schema.places.size])
  return { found, list, rows: list?.rows ?? NONE, version, first, known, total: list?.total }
}
