import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { useEffect, useMemo, useState } from 'react'
import { get, native, type Page, query } from '../../api/client.ts'
import type { Entry } from '../../api/types.ts'

export interface Asked {
  actor?: string | undefined
  action?: string | undefined
  resource?: string | undefined
  scope?: string | undefined
  from?: string | undefined
  to?: string | undefined
}

const PAGE = 60
const EVERY = 2_000

/** Entries newest first as far as they were asked for; while live, what is new comes on top. */
export const useEntries = (asked: Asked, isLive: boolean) => {
  const found = useInfiniteQuery({
    queryKey: ['entries', asked],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam }) =>
      get<Page<Entry>>(`${native}/ledger/entries${query({ ...asked, limit: PAGE, cursor: pageParam })}`),
    getNextPageParam: (last) => last.cursor ?? undefined,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    retry: false,
  })
  const old = useMemo(() => found.data?.pages.flatMap((page) => page.items) ?? [], [found.data])
  const [fresh, setFresh] = useState<Entry[]>([])
  const newest = fresh[0]?.seq ?? old[0]?.seq ?? -1
  const tail = useQuery({
    queryKey: ['entries after', asked, newest],
    queryFn: () => get<Page<Entry>>(`${native}/ledger/entries${query({ ...asked, after: newest, limit: PAGE })}`),
    enabled: isLive && found.isSuccess,
    refetchInterval: EVERY,
    gcTime: 0,
    retry: false,
  })
  // biome-ignore lint/correctness/useExhaustiveDependencies: another question has other entries
  useEffect(() => setFresh([]), [JSON.stringify(asked)])
  useEffect(() => {
    const items = tail.data?.items ?? []
    if (items.length) setFresh((before) => [...items.filter((each) => each.seq > (before[0]?.seq ?? -1)).toReversed(), ...before])
  }, [tail.data])
  const rows = useMemo(() => {
    const seen = new Set(old.map((row) => row.seq))
    return [...fresh.filter((row) => !seen.has(row.seq)), ...old]
  }, [fresh, old])
  return { found, rows, fresh: fresh.length }
}
