import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { get, native, type Page, post, seg } from '../../api/client.ts'
import { useNeedsWhy } from '../../app/readable.ts'
import { useMay } from '../../app/session.ts'
import { useWhy } from '../../app/why.ts'
import { count } from '../../parts/format.ts'
import { EntryLink, Time } from '../../parts/marks.tsx'
import { Failure } from '../../parts/states.tsx'
import { Table } from '../../parts/Table.tsx'

interface Held {
  kind: string
  id: string
  recorded_at: string
  seq?: number | undefined
  withheld?: string | undefined
}

const NAMES: Record<string, string> = {
  'decision.attributes': 'protected attributes',
  'feedback.record': 'feedback',
}

/** What is held of one person, for those who may look people up. Who is looked for stays out of the URL. */
export function SubjectSearch() {
  const may = useMay()
  const why = useWhy()
  const needsWhy = useNeedsWhy()
  const [namespace, setNamespace] = useState('customer')
  const [id, setId] = useState('')
  const [found, setFound] = useState<{ of: string; items: Held[]; isMore: boolean } | null>(null)
  const [error, setError] = useState<unknown>(null)
  const [isBusy, setBusy] = useState(false)
  if (!may('subject.lookup') || needsWhy('subject.lookup')) return null
  const find = async () => {
    setBusy(true)
    setError(null)
    setFound(null)
    try {
      const { handle } = await post<{ handle: string }>(`${native}/subjects/lookup`, { namespace, id: id.trim() }, why)
      const page = await get<Page<Held>>(`${native}/subjects/${seg(handle)}/access?limit=500`, why)
      setFound({ of: `${namespace} ${id.trim()}`, items: page.items, isMore: page.cursor !== undefined })
    } catch (e) {
      setError(e)
    } finally {
      setBusy(false)
    }
  }
  return (
    <details className="card subject">
      <summary>Find a person</summary>
      <form
        className="bar"
        onSubmit={(e) => {
          e.preventDefault()
          void find()
        }}
      >
        <label className="lbl">
          What the id is of
          <input className="field" value={namespace} onChange={(e) => setNamespace(e.target.value)} required />
        </label>
        <label className="lbl">
          Id of the person
          <input className="field" value={id} autoComplete="off" onChange={(e) => setId(e.target.value)} required />
        </label>
        <button type="submit" className="btn p" disabled={isBusy || !id.trim() || !namespace.trim()}>
          Find and record
        </button>
        <span className="s m">
          The look and what it shows are recorded, with your purpose and reason; the person may be told.
        </span>
      </form>
      {error !== null && <Failure error={error} />}
      {found && (
        <>
          <p className="pad">
            <b className="num">{count(found.items.length)}</b>
            {found.isMore ? ' and more' : ''} {found.items.length === 1 ? 'record is' : 'records are'} held of {found.of}.
          </p>
          {found.items.length > 0 && (
            <Table
              label="Records of the person"
              of={found.items}
              keyOf={(each) => `${each.kind} ${each.id}`}
              columns={[
                {
                  title: 'Record',
                  cell: (each) =>
                    each.kind === 'decision.record' ? (
                      <Link className="l" to={`/ui/decisions/${seg(each.id)}`}>
                        decision <span className="mono">{each.id.slice(0, 8)}…</span>
                      </Link>
                    ) : (
                      <>
                        {NAMES[each.kind] ?? each.kind} <span className="mono m">{each.id.slice(0, 8)}…</span>
                      </>
                    ),
                  full: (each) => each.id,
                },
                { title: 'Shown', cell: (each) => (each.withheld ? <span className="m">{each.withheld}</span> : 'in full') },
                { title: 'Recorded', cell: (each) => <Time at={each.recorded_at} />, n: true },
                { title: 'Entry', cell: (each) => <EntryLink seq={each.seq} />, n: true },
              ]}
            />
          )}
        </>
      )}
    </details>
  )
}
