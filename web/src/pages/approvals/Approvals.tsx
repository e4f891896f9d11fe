import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import { get, native, type Page, query } from '../../api/client.ts'
import type { Approval } from '../../api/types.ts'
import { Head } from '../../parts/layout.tsx'
import { Failure, Loading } from '../../parts/states.tsx'
import { Request } from './Request.tsx'
import { Vote, type Voting } from './Vote.tsx'

const STATES = ['pending', 'granted', 'rejected', 'void', 'all'] as const

const AT_ONCE = 50

/** The inbox: what waits for a vote, on what evidence, and what was voted before. */
export function Approvals() {
  const asked = (useSearch({ strict: false }) as { state?: string }).state
  const state = STATES.find((each) => each === asked) ?? 'pending'
  const navigate = useNavigate()
  const [voting, setVoting] = useState<Voting | null>(null)
  const client = useQueryClient()
  const found = useInfiniteQuery({
    queryKey: ['approvals', 'list', state],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam }) =>
      get<Page<Approval>>(
        `${native}/approvals${query({ limit: AT_ONCE, state: state === 'all' ? undefined : state, cursor: pageParam })}`,
      ),
    getNextPageParam: (last) => last.cursor ?? undefined,
  })
  const read = found.data?.pages.flatMap((page) => page.items) ?? []
  // What ends first comes first, as long as somebody waits for it.
  const items = state === 'pending' ? read.toSorted((a, b) => Date.parse(a.expires_at) - Date.parse(b.expires_at)) : read
  return (
    <>
      <Head title="Approvals" sub="Who lets a model version serve, and why" />
      <div className="bar">
        <span className="seg" role="group" aria-label="State">
          {STATES.map((each) => (
            <button
              key={each}
              type="button"
              aria-pressed={state === each}
              onClick={() => void navigate({ to: '/ui/approvals', search: { state: each } })}
            >
              {each.charAt(0).toUpperCase() + each.slice(1)}
            </button>
          ))}
        </span>
      </div>
      {found.isPending && <Loading height={300} />}
      {found.isError && <Failure error={found.error} />}
      {found.data && items.length === 0 && (
        <p className="empty">
          {state === 'pending' ? 'Nothing waits for a vote.' : 'None.'} One asks for an approval on the page of a model version.
        </p>
      )}
      <div className="stack">
        {items.map((approval) => (
          <Request key={approval.id} approval={approval} onVote={(voting) => setVoting(voting)} />
        ))}
      </div>
      {found.hasNextPage && (
        <p className="empty">
          <button type="button" className="btn" onClick={() => void found.fetchNextPage()}>
            Older requests
          </button>
        </p>
      )}
      {voting && <Vote of={voting} onClose={() => setVoting(null)} onDone={() => void client.invalidateQueries()} />}
    </>
  )
}
