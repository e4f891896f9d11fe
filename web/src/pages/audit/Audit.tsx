import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import type { Entry } from '../../api/types.ts'
import { useSession } from '../../app/session.ts'
import { useHead } from '../../app/useHead.ts'
import { FilterField } from '../../parts/FilterField.tsx'
import { count, localMinute } from '../../parts/format.ts'
import { Icon } from '../../parts/Icon.tsx'
import { Card, Head } from '../../parts/layout.tsx'
import { Badge } from '../../parts/marks.tsx'
import { Empty, Failure, Loading } from '../../parts/states.tsx'
import { Checkpoints } from './Checkpoints.tsx'
import { Detail } from './Detail.tsx'
import { Entries } from './Entries.tsx'
import { exportProofs, MOST_EXPORTED } from './exportProofs.ts'
import { OverTime } from './OverTime.tsx'
import { type Asked, useEntries } from './useEntries.ts'

interface View extends Asked {
  entry?: number | undefined
  live?: 'yes' | undefined
  tab?: 'checkpoints' | undefined
}

const FIELDS = [
  ['actor', 'Who, by name or id'],
  ['action', 'Act, such as deploy.start'],
  ['resource', 'Thing, such as run:…'],
] as const

/** A scope in words; it takes in what lies in it. */
const inWords = (path: string) => {
  const level = ['organisation', 'workspace', 'project'][path.split('/').length - 1]
  return path === 'instance' ? 'everywhere' : `${level} ${path.slice(path.lastIndexOf('/') + 1)}`
}

/** Every change and every reading of personal data, in order, and the signed states of the log. */
export function Audit() {
  const view = useSearch({ strict: false }) as View
  const navigate = useNavigate()
  const set = (next: View) => void navigate({ to: '/ui/audit', search: { ...view, ...next }, replace: next.entry === undefined })
  const head = useHead()
  const audited = useSession().data?.audited ?? []
  const { entry, live, tab, ...asked } = view
  const { found, rows, fresh } = useEntries(asked, live === 'yes')
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
            <Link className="btn" to="/ui/verify">
              Verify a proof
            </Link>
            <Export rows={rows} />
          </>
        }
      />
      <div className="tabs" role="tablist">
        <button type="button" role="tab" aria-selected={!tab} onClick={() => set({ tab: undefined })}>
          Entries
        </button>
        <button type="button" role="tab" aria-selected={tab === 'checkpoints'} onClick={() => set({ tab: 'checkpoints' })}>
          Checkpoints
        </button>
      </div>
      {tab === 'checkpoints' ? (
        <Checkpoints />
      ) : (
        <>
          <div className="bar">
            {FIELDS.map(([name, hint]) => (
              <FilterField
                key={name}
                label={hint}
                value={view[name]}
                isFirst={name === 'action'}
                onChange={(next) => set({ [name]: next })}
              />
            ))}
            <select
              className="field"
              aria-label="Where"
              value={view.scope ?? ''}
              onChange={(e) => set({ scope: e.target.value || undefined })}
            >
              {!audited.includes('instance') && <option value="">everywhere you may read</option>}
              {audited.map((path) => (
                <option key={path} value={path === 'instance' ? '' : path} title={path}>
                  {inWords(path)}
                </option>
              ))}
            </select>
            {(['from', 'to'] as const).map((name) => (
              <label key={name} className="field">
                <span className="m">{name}</span>
                <input
                  className="bare"
                  type="date"
                  aria-label={name === 'from' ? 'From this day' : 'Before this day'}
                  value={localMinute(view[name]).slice(0, 10)}
                  onChange={(e) =>
                    set({ [name]: e.target.value ? new Date(`${e.target.value}T00:00`).toISOString() : undefined })
                  }
                />
              </label>
            ))}
            {Object.values(asked).some(Boolean) && (
              <button type="button" className="btn g" onClick={() => void navigate({ to: '/ui/audit', search: {} })}>
                Clear
              </button>
            )}
            <button
              type="button"
              className="btn end"
              aria-pressed={live === 'yes'}
              onClick={() => set({ live: live === 'yes' ? undefined : 'yes' })}
            >
              <span className={`live-dot ${live === 'yes' ? 'on' : ''}`} /> Live{fresh > 0 && ` · ${fresh} new`}
            </button>
          </div>
          <OverTime asked={asked} onSpan={(from, to) => set({ from, to })} />
          <div className="g2 after">
            <Card flush>
              {found.isPending && <Loading height={500} />}
              {found.isError && <Failure error={found.error} />}
              {found.isSuccess && rows.length === 0 && <Empty>No entry matches.</Empty>}
              {rows.length > 0 && (
                <Entries rows={rows} entry={entry} onOpen={(seq) => set({ entry: seq })} onActor={(actor) => set({ actor })} />
              )}
              {found.hasNextPage && (
                <p className="empty">
                  <button type="button" className="btn" onClick={() => void found.fetchNextPage()}>
                    Older entries
                  </button>
                </p>
              )}
            </Card>
            <aside className="stick">
              {!isNumber(entry) ? (
                <p className="empty">Choose an entry: who did what, when and why, from what to what.</p>
              ) : (
                <Detail seq={Number(entry)} />
              )}
            </aside>
          </div>
        </>
      )}
    </div>
  )
}

/** What is shown, as a file with a proof of each. */
function Export({ rows }: { rows: Entry[] }) {
  const [done, setDone] = useState<number | null>(null)
  const [error, setError] = useState<unknown>(null)
  return (
    <>
      <button
        type="button"
        className="btn"
        disabled={done !== null || rows.length === 0}
        onClick={() => {
          setError(null)
          setDone(0)
          exportProofs(rows, setDone)
            .catch(setError)
            .finally(() => setDone(null))
        }}
      >
        <Icon name="download" />{' '}
        {done === null
          ? `Export ${Math.min(rows.length, MOST_EXPORTED)} with proof`
          : `${done} of ${Math.min(rows.length, MOST_EXPORTED)}`}
      </button>
      {error !== null && <Failure error={error} />}
    </>
  )
}

/** What an address says may be anything; entries have numbers from 0 on. */
const isNumber = (entry: unknown) => /^\d{1,15}$/.test(String(entry))
