import { useInfiniteQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useMemo, useState } from 'react'
import { get, native, type Page, query } from '../../api/client.ts'
import type { DecisionSummary } from '../../api/types.ts'
import { useNeedsWhy } from '../../app/readable.ts'
import { useWhy } from '../../app/why.ts'
import { FilterField } from '../../parts/FilterField.tsx'
import { count, localMinute } from '../../parts/format.ts'
import { Icon } from '../../parts/Icon.tsx'
import { Head } from '../../parts/layout.tsx'
import { PurposeForm, PurposeNote } from '../../parts/Purpose.tsx'
import { Empty, Failure, Loading } from '../../parts/states.tsx'
import { List } from './List.tsx'
import { Outcomes } from './Outcomes.tsx'
import { SubjectSearch } from './SubjectSearch.tsx'

interface View {
  model?: string | undefined
  version?: string | undefined
  /** Id of one. */
  deployment?: string | undefined
  outcome?: string | undefined
  from?: string | undefined
  to?: string | undefined
}

export function Decisions() {
  const view = useSearch({ strict: false }) as View
  const navigate = useNavigate()
  const why = useWhy()
  const needsWhy = useNeedsWhy()
  const asks = needsWhy('decision.list')
  const [id, setId] = useState('')
  const set = (next: View) => void navigate({ to: '/ui/decisions', search: { ...view, ...next }, replace: true })
  const found = useInfiniteQuery({
    queryKey: ['decisions', view, why],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam }) =>
      get<Page<DecisionSummary>>(`${native}/decisions${query({ ...view, limit: 500, cursor: pageParam })}`, why),
    getNextPageParam: (last) => last.cursor ?? undefined,
    enabled: !asks,
    retry: false,
  })
  const rows = useMemo(() => found.data?.pages.flatMap((page) => page.items) ?? [], [found.data])
  return (
    <div>
      <Head
        title="Decisions"
        sub={found.isSuccess ? `${count(rows.length)}${found.hasNextPage ? ' and more' : ''}, newest first` : ' '}
      />
      <form
        className="bar"
        onSubmit={(e) => {
          e.preventDefault()
          if (id.trim()) void navigate({ to: `/ui/decisions/${encodeURIComponent(id.trim())}` })
        }}
      >
        <label className="field">
          <Icon name="search" />
          <input
            className="bare"
            aria-label="Decision id or client id"
            placeholder="Id or client id"
            value={id}
            onChange={(e) => setId(e.target.value)}
          />
        </label>
        <button type="submit" className="btn">
          Open
        </button>
        <FilterField label="Outcome" value={view.outcome} isFirst onChange={(outcome) => set({ outcome })} />
        <FilterField label="Model" value={view.model} onChange={(model) => set({ model })} />
        <FilterField label="Version" value={view.version} size={7} onChange={(version) => set({ version })} />
        {(['from', 'to'] as const).map((name) => (
          <label key={name} className="field">
            <span className="m">{name}</span>
            <input
              className="bare"
              type="datetime-local"
              aria-label={name === 'from' ? 'Decided from' : 'Decided before'}
              value={localMinute(view[name])}
              onChange={(e) => set({ [name]: e.target.value ? new Date(e.target.value).toISOString() : undefined })}
            />
          </label>
        ))}
        {view.deployment && (
          <button
            type="button"
            className="chip ac"
            title="Show those of other deployments too"
            onClick={() => set({ deployment: undefined })}
          >
            of one deployment <Icon name="x" size={12} />
          </button>
        )}
        {Object.values(view).some(Boolean) && (
          <button
            type="button"
            className="btn g"
            onClick={() => void navigate({ to: '/ui/decisions', search: {}, replace: true })}
          >
            Clear
          </button>
        )}
      </form>
      {!asks && (
        <Outcomes asked={view} why={why} onSpan={(from, to) => set({ from, to })} onOutcome={(outcome) => set({ outcome })} />
      )}
      <PurposeNote />
      <SubjectSearch />
      <div className="after">
        {asks && <PurposeForm title="Say why you look at decisions" action="Show and record" />}
        {!asks && found.isPending && <Loading height={420} />}
        {found.isError && <Failure error={found.error} />}
        {found.isSuccess && rows.length === 0 && <Empty>No decision matches.</Empty>}
        {rows.length > 0 && (
          <List
            rows={rows}
            onEnd={() => {
              if (found.hasNextPage && !found.isFetchingNextPage) void found.fetchNextPage()
            }}
          />
        )}
      </div>
    </div>
  )
}
