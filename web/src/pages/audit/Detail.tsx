import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { get, native } from '../../api/client.ts'
import type { EntryDetail } from '../../api/types.ts'
import { actWords } from '../../parts/acts.ts'
import { BeforeAfter } from '../../parts/BeforeAfter.tsx'
import { number } from '../../parts/format.ts'
import { Icon, ProofGlyph } from '../../parts/Icon.tsx'
import { Card, Facts } from '../../parts/layout.tsx'
import { Digest, Person, Time } from '../../parts/marks.tsx'
import { threadOf } from '../../parts/paths.ts'
import { Failure, Loading } from '../../parts/states.tsx'
import { Denials } from './Denials.tsx'

const MOST = 50

/** One entry: who did what, when and why, from what to what, and its proof. */
export function Detail({ seq }: { seq: number }) {
  const found = useQuery({
    queryKey: ['entry', seq],
    queryFn: () => get<EntryDetail>(`${native}/ledger/entries/${seq}`),
    retry: false,
  })
  if (found.isPending) return <Loading height={300} />
  if (found.isLoadingError) return <Failure error={found.error} />
  const entry = found.data
  const told = entry.changes.filter((row) => Object.keys(row.from ?? {}).length + Object.keys(row.to ?? {}).length > 0)
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
            ['Records', entry.records === undefined ? null : number(entry.records)],
            ['Leaf', <Digest key="l" of={entry.leaf_hash} />],
          ]}
        />
        <p className="row">
          <Link className="btn" to="/ui/verify" search={{ entry: seq }}>
            Verify
          </Link>
          <a className="btn" href={`${native}/ledger/proof?index=${seq}`} download={`entry-${seq}.tlog-proof`}>
            <Icon name="download" /> Proof
          </a>
        </p>
      </Card>
      {entry.act === 'record.batch' && <Denials key={seq} seq={seq} />}
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
      {told.length > 0 && (
        <Card title="Before and after">
          {told.slice(0, MOST).map((row) => (
            <BeforeAfter key={row.table + row.key} row={row} />
          ))}
          {told.length > MOST && <p className="s m">and {told.length - MOST} more rows</p>}
        </Card>
      )}
      {entry.changes.length > 0 && (
        <Card title="Rows it changed" right={entry.changes.length}>
          {entry.changes.slice(0, MOST).map((row) => (
            <div key={row.table + row.key} className="s">
              <b>{row.table}</b> <Digest of={row.key} what="key of the row" />{' '}
              {row.digest ? <Digest of={row.digest} /> : <span className="chip">deleted</span>}
            </div>
          ))}
          {entry.changes.length > MOST && <p className="s m">and {entry.changes.length - MOST} more</p>}
        </Card>
      )}
    </div>
  )
}
