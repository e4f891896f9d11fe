import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { useMemo } from 'react'
import { get, native, type Page, query } from '../api/client.ts'
import type { Entry, EntryDetail } from '../api/types.ts'
import { useHead } from '../app/useHead.ts'
import { actWords, count, number } from '../parts/format.ts'
import { Icon, ProofGlyph } from '../parts/Icon.tsx'
import { Card, Facts, Head } from '../parts/layout.tsx'
import { Badge, Digest, Person, Time } from '../parts/marks.tsx'
import { Empty, Failure, Loading } from '../parts/states.tsx'
import { threadOf } from '../parts/ThreadLine.tsx'

interface View {
  actor?: string
  action?: string
  resource?: string
  from?: string
  to?: string
  entry?: number
}

export function Audit() {
  const view = useSearch({ strict: false }) as View
  const navigate = useNavigate()
  const set = (next: View) => void navigate({ to: '/ui/audit', search: { ...view, ...next }, replace: next.entry === undefined })
  const head = useHead()
  const { entry, ...filter } = view
  const found = useInfiniteQuery({
    queryKey: ['entries', filter],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam }) => get<Page<Entry>>(`${native}/ledger/entries${query({ ...filter, limit: 60, cursor: pageParam })}`),
    getNextPageParam: (last) => last.cursor ?? undefined,
    refetchInterval: 10_000,
    retry: false,
  })
  const rows = useMemo(() => found.data?.pages.flatMap((page) => page.items) ?? [], [found.data])
  return (
    <div>
      <Head
        title="Audit"
        badge={<Badge state="signed" />}
        sub={
          head.data
            ? `${count(head.data.size)} entries under the last signature of ${head.data.origin}`
            : 'Every change, in order'
        }
        acts={
          <>
            <a className="btn" href="/ledger/checkpoint">
              Checkpoint
            </a>
            <Link className="btn" to="/ui/verify">
              Verify a proof
            </Link>
          </>
        }
      />
      <div className="bar">
        {(
          [
            ['actor', 'Who (usr:…)'],
            ['action', 'Act, such as deploy.start'],
            ['resource', 'Thing, such as run:…'],
          ] as const
        ).map(([name, hint]) => (
          <input
            key={name}
            className="field"
            {...(name === 'action' ? { 'data-filter': true } : {})}
            aria-label={hint}
            placeholder={hint}
            defaultValue={view[name] ?? ''}
            onKeyDown={(e) => {
              if (e.key === 'Enter') set({ [name]: e.currentTarget.value })
            }}
            onBlur={(e) => {
              if (e.target.value !== (view[name] ?? '')) set({ [name]: e.target.value })
            }}
          />
        ))}
      </div>
      <div className="g2">
        <Card flush>
          {found.isPending && <Loading height={500} />}
          {found.isError && <Failure error={found.error} />}
          {found.isSuccess && rows.length === 0 && <Empty>No entry matches.</Empty>}
          {rows.length > 0 && (
            <div className="scroll">
              <table>
                <thead>
                  <tr>
                    <th className="n">Entry</th>
                    <th>Who</th>
                    <th>Act</th>
                    <th>Thing</th>
                    <th className="n">Time</th>
                  </tr>
                </thead>
                <tbody>
                  {rows.map((row) => (
                    <tr key={row.seq} className={row.seq === entry ? 'sel' : ''}>
                      <td className="n">
                        <button type="button" className="l num" onClick={() => set({ entry: row.seq })}>
                          #{row.seq}
                        </button>
                      </td>
                      <td>
                        <Person id={row.who} name={row.name} />
                      </td>
                      <td title={row.act}>{actWords(row.act)}</td>
                      <td className="mono m" title={row.resource ?? ''}>
                        {row.resource ? `${row.resource.split(':')[0]}:${row.resource.split(':')[1]?.slice(0, 8)}…` : '–'}
                      </td>
                      <td className="n m">
                        <Time at={row.time} />
                      </td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
          )}
          {found.hasNextPage && (
            <p className="empty">
              <button type="button" className="btn" onClick={() => void found.fetchNextPage()}>
                Older entries
              </button>
            </p>
          )}
        </Card>
        <aside className="stick">{entry !== undefined && <Detail seq={Number(entry)} />}</aside>
      </div>
    </div>
  )
}

function Detail({ seq }: { seq: number }) {
  const found = useQuery({
    queryKey: ['entry', seq],
    queryFn: () => get<EntryDetail>(`${native}/ledger/entries/${seq}`),
    retry: false,
  })
  if (found.isPending) return <Loading height={300} />
  if (found.isError) return <Failure error={found.error} />
  const entry = found.data
  return (
    <div className="stack">
      <Card title={`Entry #${seq}`} right={<ProofGlyph state="signed" />}>
        <p>
          <Person id={entry.who} name={entry.name} /> {actWords(entry.act)} <code>{entry.act}</code>
        </p>
        <p>
          {entry.why && <span className="chip">{entry.why}</span>}{' '}
          {entry.reason ? <q>{entry.reason}</q> : <em className="m">no reason given</em>}
        </p>
        <Facts
          of={[
            ['When', <Time key="t" at={entry.time} full />],
            [
              'Thing',
              entry.resource ? (
                <Link key="r" className="l mono" style={{ overflowWrap: 'anywhere' }} to={threadOf(entry.resource)}>
                  {entry.resource}
                </Link>
              ) : null,
            ],
            ['Records', entry.records === null ? null : number(entry.records)],
            ['Leaf', <Digest key="l" of={entry.leaf_hash} />],
          ]}
        />
        <p>
          <a className="btn" href={`${native}/ledger/proof?index=${seq}`} download={`entry-${seq}.tlog-proof`}>
            <Icon name="download" /> Proof
          </a>
        </p>
      </Card>
      {entry.refs.length > 0 && (
        <Card title="Names">
          {entry.refs.map((ref) => (
            <div key={ref.rel + ref.ref} className="s">
              <span className="m">{ref.rel} → </span>
              <Link className="l mono" style={{ overflowWrap: 'anywhere' }} to={threadOf(ref.ref)}>
                {ref.ref}
              </Link>
            </div>
          ))}
        </Card>
      )}
      {entry.changes.length > 0 && (
        <Card title="Rows it changed" right={entry.changes.length}>
          {entry.changes.slice(0, 50).map((row) => (
            <div key={row.table + row.key} className="s">
              <b>{row.table}</b> <span className="mono m">{row.key.slice(0, 16)}</span>{' '}
              {row.digest ? <Digest of={row.digest} /> : <span className="chip">deleted</span>}
            </div>
          ))}
        </Card>
      )}
    </div>
  )
}
