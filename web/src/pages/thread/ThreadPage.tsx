import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { useMemo } from 'react'
import { get, native, query, seg } from '../../api/client.ts'
import type { Thread } from '../../api/types.ts'
import { useNeedsWhy } from '../../app/readable.ts'
import { useWhy } from '../../app/why.ts'
import { count, short } from '../../parts/format.ts'
import { Card, Head } from '../../parts/layout.tsx'
import { Badge, Copy } from '../../parts/marks.tsx'
import { PurposeForm } from '../../parts/Purpose.tsx'
import { pageOf, threadOf } from '../../parts/paths.ts'
import { Loading } from '../../parts/states.tsx'
import { Unshown } from '../../parts/Unshown.tsx'
import { Graph } from './Graph.tsx'
import { kindOf, titleOf, withoutPeople } from './model.ts'
import { Outline } from './Outline.tsx'
import { Panel } from './Panel.tsx'

const WAYS = [
  ['up', 'Causes'],
  ['both', 'Both ways'],
  ['down', 'Effects'],
] as const

/** How far a thread is followed, when not as far as usual. */
const DEPTHS = [1, 2, 3, 5, 100]

interface View {
  way?: 'up' | 'down' | 'both'
  depth?: number | string | undefined
  at?: string
  open?: string
}

/** Everything a record rests on, or everything that rests on it; the URL holds the view. */
export function ThreadPage() {
  const { kind, id } = useParams({ strict: false }) as { kind: string; id: string }
  const view = useSearch({ strict: false }) as View
  const navigate = useNavigate()
  const way = WAYS.find(([each]) => each === view.way)?.[0] ?? 'up'
  const depth = DEPTHS.find((each) => String(each) === String(view.depth))
  const why = useWhy()
  const asks = useNeedsWhy()('decision.list')
  const found = useQuery({
    queryKey: ['thread', kind, id, way, depth, why],
    queryFn: () => get<Thread>(`${native}/trace/${seg(kind)}/${seg(id)}${query({ direction: way, depth })}`, why),
    placeholderData: (before, last) => (last?.queryKey[1] === kind && last.queryKey[2] === id ? before : undefined),
    enabled: !asks,
  })
  const thread = useMemo(() => (found.data ? withoutPeople(found.data) : null), [found.data])
  const opened = useMemo(() => new Set((view.open ?? '').split(' ').filter(Boolean)), [view.open])
  if (asks)
    return (
      <>
        <Head title={`Thread of ${kindOf(kind)} ${id}`} />
        <PurposeForm title="Say why you follow this thread" />
      </>
    )
  if (found.isLoadingError) return <Unshown title={`Thread of ${kindOf(kind)} ${id}`} error={found.error} />
  const start = thread?.nodes[0]
  if (!thread || !start) return <Loading height={600} />
  const current = thread.nodes.find((node) => node.ref === view.at) ?? start
  const go = (next: View) =>
    void navigate({
      to: threadOf(`${kind}:${id}`),
      search: { way, depth, at: view.at, open: view.open, ...next },
      resetScroll: false,
    })
  const cited = thread.links.filter((link) => link.seq !== undefined).length
  return (
    <>
      <Head
        crumbs={[
          <Link key="p" to={pageOf(start)}>
            {kindOf(start.kind)}
          </Link>,
          'Thread',
        ]}
        title={`Thread of ${start.kind === 'decision' ? `decision ${short(start.id)}` : titleOf(start)}`}
        badge={
          <Badge state="signed">
            {count(cited)} of {count(thread.links.length)} hops cited
          </Badge>
        }
        sub={
          <>
            {count(thread.nodes.length)} things as of entry {count(thread.as_of.seq)}
            {thread.truncated && ` · cut short: ${thread.reason}`}
          </>
        }
        acts={
          <>
            <span className="seg" role="group" aria-label="Direction">
              {WAYS.map(([each, words]) => (
                <button key={each} type="button" aria-pressed={way === each} onClick={() => go({ way: each })}>
                  {words}
                </button>
              ))}
            </span>
            <label className="field">
              <span className="m">Levels</span>
              <select
                className="bare"
                aria-label="Levels"
                value={depth ?? ''}
                onChange={(e) => go({ depth: e.target.value ? Number(e.target.value) : undefined })}
              >
                <option value="">up to 10</option>
                {DEPTHS.map((each) => (
                  <option key={each} value={each}>
                    {each}
                  </option>
                ))}
              </select>
            </label>
            <span className="btn">
              Permalink <Copy text={location.href} label="permalink" />
            </span>
          </>
        }
      />
      <div className="g2">
        <div className="stack">
          <Graph
            thread={thread}
            current={current.ref}
            opened={opened}
            onPick={(ref) => go({ at: ref })}
            onOpen={(stack) => go({ open: [...opened, stack].join(' ') })}
          />
          <Card title="Outline" right="the same, for keyboard and screen reader">
            <Outline thread={thread} start={start} up={way !== 'down'} />
          </Card>
        </div>
        <aside className="stack">
          <Panel node={current} thread={thread} isStart={current.ref === start.ref} />
        </aside>
      </div>
    </>
  )
}
