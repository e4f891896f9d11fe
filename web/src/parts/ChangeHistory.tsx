import { useInfiniteQuery } from '@tanstack/react-query'
import { get, type Page, query } from '../api/client.ts'
import type { Changed } from '../api/types.ts'
import { Card } from './layout.tsx'
import { EntryLink, Person, Time } from './marks.tsx'

const PAGE = 50
/** Values of one entry that are told at once; the others unfold. */
const AT_ONCE = 3

/** Who changed what, from what to what, and why: one block an entry, newest first. */
export function ChangeHistory({ path }: { path: string }) {
  const found = useInfiniteQuery({
    queryKey: ['history', path],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam }) => get<Page<Changed>>(`${path}${query({ limit: PAGE, cursor: pageParam })}`),
    getNextPageParam: (last) => last.cursor ?? undefined,
    retry: false,
  })
  const entries = byEntry(found.data?.pages.flatMap((page) => page.items) ?? [])
  if (!entries.length) return null
  return (
    <Card title="History of changes">
      {entries.map((changes) => (
        <Entry key={changes[0]?.seq} changes={changes} />
      ))}
      {found.hasNextPage && (
        <p>
          <button type="button" className="btn sm" onClick={() => void found.fetchNextPage()}>
            Earlier changes
          </button>
        </p>
      )}
    </Card>
  )
}

const byEntry = (changes: Changed[]) => {
  const entries: Changed[][] = []
  for (const each of changes) {
    const last = entries[entries.length - 1]
    if (last?.[0]?.seq === each.seq) last.push(each)
    else entries.push([each])
  }
  return entries
}

function Entry({ changes }: { changes: Changed[] }) {
  const [first] = changes
  if (!first) return null
  const told = changes.filter((each) => each.what !== 'version' && !isBegin(each) && (each.from || each.to))
  const named = changes.length > 1
  return (
    <div className="why">
      <div>
        <Person id={first.who} name={first.who_name} /> {named ? together(changes) : inWords(first)}
      </div>
      <div className="wm">
        <Time at={first.at} /> <EntryLink seq={first.seq} bare />
      </div>
      <div className="rs">
        {told.slice(0, AT_ONCE).map((each) => (
          <FromTo key={each.what} of={each} isNamed={named} />
        ))}
        {told.length > AT_ONCE && (
          <details>
            <summary className="s">and {told.length - AT_ONCE} more</summary>
            {told.slice(AT_ONCE).map((each) => (
              <FromTo key={each.what} of={each} isNamed />
            ))}
          </details>
        )}
        {first.why && <span className="chip">{first.why}</span>}{' '}
        {first.reason ? (
          <q>{first.reason}</q>
        ) : first.erased ? (
          <em className="none">erased</em>
        ) : (
          CALLED.test(first.what) && <em className="none">no reason given</em>
        )}
      </div>
    </div>
  )
}

/** Changes that are made with a reason. */
const CALLED = /^(alias|stage|deleted)/

const FromTo = ({ of, isNamed }: { of: Changed; isNamed: boolean }) => (
  <p className="chg">
    {isNamed && <span className="m">{of.what} </span>}
    {of.from ? <del>{written(of, of.from)}</del> : !isNamed && <del>none</del>} {(of.from || !isNamed) && '→ '}
    <ins>{of.to ? written(of, of.to) : 'none'}</ins>
  </p>
)

/** Aliases point at versions. */
const written = ({ what }: Changed, value: string) => (what.startsWith('alias ') ? `v${value}` : value)

/** The first name of something is its beginning. */
const isBegin = ({ what, from }: Changed) => what === 'name' && !from

const inWords = (each: Changed) => {
  const { what, from, to } = each
  if (isBegin(each)) return `made ${to}`
  if (what === 'version') return `registered v${to}`
  if (what === 'deleted') return to === 'true' ? 'deleted it' : 'restored it'
  if (what.startsWith('alias ')) return to ? `moved ${what}` : `took away ${what}`
  if (what.startsWith('param ')) return `logged ${what}`
  return from || !/^(tag|status)/.test(what) ? `changed ${what}` : `set ${what}`
}

const KINDS: [RegExp, string, string][] = [
  [/^param /, 'parameter', 'parameters'],
  [/^tag /, 'tag', 'tags'],
  [/^alias /, 'alias', 'aliases'],
]

/** What one entry changed at once: 18 parameters, 2 tags and the name. */
const together = (changes: Changed[]) => {
  const parts = KINDS.flatMap(([kind, one, many]) => {
    const n = changes.filter((each) => kind.test(each.what)).length
    return n ? [`${n} ${n === 1 ? one : many}`] : []
  })
  const others = changes.filter((each) => !KINDS.some(([kind]) => kind.test(each.what))).map((each) => each.what)
  return `set ${[...others, ...parts].join(', ')}`
}
