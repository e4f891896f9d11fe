import { useInfiniteQuery } from '@tanstack/react-query'
import { useMemo, useRef } from 'react'
import { mlflow, post } from '../../api/client.ts'
import type { MlRun } from '../../api/types.ts'
import { type Row, rowOf, schemaOf } from './rows.ts'
import { columnsOf } from './values.ts'

interface Found {
  rows: Row[]
  /** How many match in all, as the first page tells. */
  total: number | undefined
  next: string | undefined
}

const FIRST_PAGE = 50
/** Small enough that reading one leaves no frame out. */
const PAGE = 100
const EVERY = 3_000
const NONE: Row[] = []

/** The runs of an experiment as far as they were scrolled to, filtered and sorted by the server; those that go on are asked for again. */
export const useRuns = (experiment: string, filter: string | undefined, order: string) => {
  const schema = schemaOf(experiment)
  const found = useInfiniteQuery({
    queryKey: ['run rows', experiment, filter, order],
    initialPageParam: undefined as string | undefined,
    queryFn: async ({ pageParam }): Promise<Found> => {
      const page = await post<{ runs?: MlRun[]; next_page_token?: string; total_count?: number | string }>(
        `${mlflow}/runs/search`,
        {
          experiment_ids: [experiment],
          filter: filter ?? '',
          order_by: [order],
          max_results: pageParam ? PAGE : FIRST_PAGE,
          page_token: pageParam,
          include_total: pageParam === undefined,
          fields: ['data'],
        },
      )
      return {
        rows: (page.runs ?? []).map((run) => rowOf(run, schema)),
        next: page.next_page_token,
        total: numberOf(page.total_count),
      }
    },
    getNextPageParam: (last) => last.next,
    refetchInterval: (query) =>
      query.state.data?.pages.length === 1 && query.state.data.pages[0]?.rows.some((row) => row.status === 'RUNNING')
        ? EVERY
        : false,
    // Rows are many and made anew with each answer: comparing them costs more than drawing what is in sight.
    structuralSharing: false,
    retry: false,
  })
  const rows = useMemo(() => found.data?.pages.flatMap((page) => page.rows) ?? [], [found.data])
  // A filter that finds nothing leaves the columns as they were, so that it can be mended.
  const last = useRef<string[]>([])
  const first = found.data?.pages[0]?.rows ?? NONE
  const known = useMemo(() => {
    if (first.length) last.current = columnsOf(schema, first)
    return last.current
  }, [first, schema])
  return { found, rows, first, known, total: found.data?.pages[0]?.total }
}

const numberOf = (told: number | string | undefined) => (told === undefined ? undefined : Number(told))
