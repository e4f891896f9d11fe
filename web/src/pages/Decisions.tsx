import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { useVirtualizer } from '@tanstack/react-virtual'
import { useEffect, useMemo, useRef, useState } from 'react'
import { get, native, type Page, query } from '../api/client.ts'
import type { DecisionSummary } from '../api/types.ts'
import { useNeedsWhy, useWhy } from '../app/why.ts'
import { count, score } from '../parts/format.ts'
import { Icon } from '../parts/Icon.tsx'
import { Card, Head } from '../parts/layout.tsx'
import { Time } from '../parts/marks.tsx'
import { PurposeForm, PurposeNote } from '../parts/Purpose.tsx'
import { Empty, Failure, Loading } from '../parts/states.tsx'

interface View {
  model?: string
  version?: string
  outcome?: string
  from?: string
  to?: string
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
  const counts = useQuery({
    queryKey: ['decision counts', why],
    queryFn: () => get<{ outcomes: Record<string, number> }>(`${native}/decision-counts`, why),
    enabled: !asks,
    retry: false,
  })
  const rows = useMemo(() => found.data?.pages.flatMap((page) => page.items) ?? [], [found.data])
  const outcomes = Object.entries(counts.data?.outcomes ?? {})
  const total = outcomes.reduce((sum, [, n]) => sum + n, 0)
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
        <input
          className="field"
          data-filter
          aria-label="Outcome"
          placeholder="Outcome"
          defaultValue={view.outcome ?? ''}
          onBlur={(e) => set({ outcome: e.target.value })}
        />
        <input
          className="field"
          aria-label="Model"
          placeholder="Model"
          defaultValue={view.model ?? ''}
          onBlur={(e) => set({ model: e.target.value })}
        />
        <input
          className="field"
          aria-label="Version"
          placeholder="Version"
          size={7}
          defaultValue={view.version ?? ''}
          onBlur={(e) => set({ version: e.target.value })}
        />
      </form>
      {outcomes.length > 0 && (
        <Card title="By outcome" right={count(total)}>
          <ul className="shares">
            {outcomes.map(([outcome, n]) => (
              <li key={outcome}>
                <button type="button" className="l" onClick={() => set({ outcome })}>
                  {outcome}
                </button>
                <span className="share">
                  <i style={{ width: `${(n / total) * 100}%` }} />
                </span>
                <span className="num">
                  {count(n)} <span className="m">{((100 * n) / total).toFixed(1)} %</span>
                </span>
              </li>
            ))}
          </ul>
        </Card>
      )}
      <PurposeNote />
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

const GRID = { gridTemplateColumns: '190px 150px 90px 80px minmax(140px, 1fr) 130px' }

function List({ rows, onEnd }: { rows: DecisionSummary[]; onEnd: () => void }) {
  const box = useRef<HTMLDivElement>(null)
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => box.current,
    estimateSize: () => 32,
    overscan: 20,
  })
  const items = virtual.getVirtualItems()
  const last = items[items.length - 1]?.index ?? 0
  useEffect(() => {
    if (last >= rows.length - 60) onEnd()
  }, [last, rows.length, onEnd])
  return (
    <Card flush>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a table that scrolls must be reachable by keyboard */}
      <div className="vrows" ref={box} role="table" aria-label="Decisions" aria-rowcount={rows.length} tabIndex={0}>
        <div className="vhead" style={GRID} role="row">
          {['Decision', 'Outcome', 'Score', 'Version', 'Model', 'Time'].map((name) => (
            <div role="columnheader" key={name} className={name === 'Score' || name === 'Time' ? 'n' : ''}>
              {name}
            </div>
          ))}
        </div>
        <div style={{ height: virtual.getTotalSize(), position: 'relative' }}>
          {items.map((item) => {
            const row = rows[item.index]
            if (!row) return null
            return (
              <div
                key={row.id}
                role="row"
                aria-rowindex={item.index + 1}
                className="vrow"
                style={{ ...GRID, transform: `translateY(${item.start}px)` }}
              >
                <div role="cell">
                  <Link className="l mono" to={`/ui/decisions/${row.id}`}>
                    {row.id.slice(0, 13)}…{row.id.slice(-4)}
                  </Link>
                </div>
                <div role="cell">{row.outcome ?? '–'}</div>
                <div role="cell" className="n">
                  {score(row.score)}
                </div>
                <div role="cell">{row.version === null ? '–' : `v${row.version}`}</div>
                <div role="cell">{row.model ?? 'no model named'}</div>
                <div role="cell" className="n m">
                  <Time at={row.event_time} />
                </div>
              </div>
            )
          })}
        </div>
      </div>
    </Card>
  )
}
