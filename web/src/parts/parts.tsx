// Small things every page uses.
import { Link } from '@tanstack/react-router'
import { type ReactNode, useEffect, useRef, useState } from 'react'
import { Problem } from '../api/client.ts'
import { fullTime, relative, short, utc, when } from './format.ts'
import { Icon, PROOF_WORDS, ProofGlyph, type ProofState } from './Icon.tsx'

export function Time({ at, full = false }: { at: string | number | null | undefined; full?: boolean }) {
  const date = when(at)
  if (!date) return <span className="m">–</span>
  return (
    <time dateTime={date.toISOString()} title={`${fullTime(date)} · ${utc(date)}`}>
      {full ? fullTime(date) : relative(date)}
    </time>
  )
}

export function Copy({ text, label }: { text: string; label: string }) {
  const [done, setDone] = useState(false)
  return (
    <button
      type="button"
      className="cpb"
      aria-label={done ? 'Copied' : `Copy ${label}`}
      title={done ? 'Copied' : `Copy ${label}`}
      onClick={() => {
        void navigator.clipboard?.writeText(text)
        setDone(true)
        setTimeout(() => setDone(false), 1500)
      }}
    >
      <Icon name={done ? 'check' : 'copy'} size={12} />
    </button>
  )
}

/** A digest or id: short, whole on hover, to be copied. */
export function Digest({ of, what = 'digest' }: { of: string; what?: string }) {
  return (
    <span className="id" title={of}>
      {short(of)}
      <Copy text={of} label={what} />
    </span>
  )
}

export function Badge({ state, children }: { state: ProofState; children?: ReactNode }) {
  return (
    <span className={`pb ${state}`}>
      <ProofGlyph state={state} />
      {children ?? PROOF_WORDS[state]}
    </span>
  )
}

/** The entry that proves something. */
export function EntryLink({ seq }: { seq: number | null | undefined }) {
  return seq === null || seq === undefined ? (
    <ProofGlyph state="recorded" size={12} />
  ) : (
    <Link to="/ui/audit" search={{ entry: seq }} className="num" title={`Entry ${seq}`}>
      #{seq} <ProofGlyph state="signed" size={12} />
    </Link>
  )
}

export function Person({ name, service = false }: { name: string; service?: boolean }) {
  return (
    <span className="who" title={name}>
      <Icon name={service || name.startsWith('svc:') || name.startsWith('sys:') ? 'service' : 'person'} size={13} />
      {name}
    </span>
  )
}

export function WhyLine({
  who,
  did,
  at,
  seq,
  code,
  reason,
}: {
  who: string
  did: ReactNode
  at: string
  seq: number
  code: string | null
  reason: string | null
}) {
  return (
    <div className="why">
      <div>
        <Person name={who} /> {did}
      </div>
      <div className="wm">
        <Time at={at} /> <EntryLink seq={seq} />
      </div>
      <div className="rs">
        {code && <span className="chip">{code}</span>} {reason ? <q>{reason}</q> : <em className="none">no reason given</em>}
      </div>
    </div>
  )
}

export function Crumbs({ of }: { of: ReactNode[] }) {
  return (
    <nav className="bc" aria-label="Where you are">
      {of.map((part, i) => (
        // The trail is fixed while the page is shown.
        // biome-ignore lint/suspicious/noArrayIndexKey: see above
        <span key={i}>
          {i > 0 && <span aria-hidden="true">/ </span>}
          {part}
        </span>
      ))}
    </nav>
  )
}

export function Head({
  crumbs,
  title,
  badge,
  sub,
  acts,
}: {
  crumbs?: ReactNode[]
  title: ReactNode
  badge?: ReactNode
  sub?: ReactNode
  acts?: ReactNode
}) {
  return (
    <div className="ph">
      <div>
        {crumbs && <Crumbs of={crumbs} />}
        <div className="ttl">
          <h1>{title}</h1>
          {badge}
        </div>
        {sub && <div className="sub">{sub}</div>}
      </div>
      {acts && <div className="acts">{acts}</div>}
    </div>
  )
}

export function Card({
  title,
  right,
  children,
  flush = false,
  className = '',
}: {
  title?: ReactNode
  right?: ReactNode
  children: ReactNode
  flush?: boolean
  className?: string
}) {
  return (
    <section className={`card ${className}`}>
      {title && (
        <header>
          <h2>{title}</h2>
          {right && <div className="r">{right}</div>}
        </header>
      )}
      {flush ? children : <div className="b">{children}</div>}
    </section>
  )
}

export function Facts({ of }: { of: [string, ReactNode][] }) {
  return (
    <dl className="kv">
      {of
        .filter(([, value]) => value !== null && value !== undefined && value !== '')
        .map(([name, value]) => (
          <div key={name} style={{ display: 'contents' }}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
    </dl>
  )
}

/** Nothing flickers: a skeleton of final height after 150 ms. */
export function Loading({ height = 160 }: { height?: number }) {
  const [shown, setShown] = useState(false)
  useEffect(() => {
    const timer = setTimeout(() => setShown(true), 150)
    return () => clearTimeout(timer)
  }, [])
  return (
    <div className={`skeleton ${shown ? 'on' : ''}`} style={{ height }} role="status">
      <span className="vh">Loading</span>
    </div>
  )
}

export function Empty({ children, line }: { children: ReactNode; line?: string }) {
  return (
    <div className="empty">
      <p>{children}</p>
      {line && (
        <pre className="cmd">
          {line}
          <Copy text={line} label="line" />
        </pre>
      )}
    </div>
  )
}

/** What happened, what to do next; what is forbidden says which role it takes. */
export function Failure({ error, retry }: { error: unknown; retry?: () => void }) {
  const problem =
    error instanceof Problem ? error : new Problem(0, 'ERROR', error instanceof Error ? error.message : String(error), null)
  const forbidden = problem.status === 403
  const title = forbidden
    ? 'You may not see this'
    : problem.status === 404
      ? 'There is no such thing'
      : problem.status === 401
        ? 'You are signed out'
        : 'This did not work'
  return (
    <div className={`note ${forbidden ? 'am' : 'rd'}`} role="alert">
      <Icon name={forbidden ? 'lock' : 'alert'} />
      <div>
        <b>{title}.</b> {problem.message}
        {forbidden && ' The attempt is recorded.'}
        {problem.requestId && <span className="s"> Request {problem.requestId}</span>}{' '}
        {retry && (
          <button type="button" className="btn sm" onClick={retry}>
            Try again
          </button>
        )}
      </div>
    </div>
  )
}

/** A dialog for acts that need a reason. Esc closes, Ctrl-Enter sends. */
export function ReasonDialog({
  title,
  children,
  action,
  danger = false,
  codes,
  onDone,
  onClose,
  submit,
}: {
  title: string
  children?: ReactNode
  action: string
  danger?: boolean
  codes: string[]
  onDone: () => void
  onClose: () => void
  submit: (reason: { code: string; text: string }) => Promise<unknown>
}) {
  const dialog = useRef<HTMLDialogElement>(null)
  const [code, setCode] = useState(codes[0] ?? 'other')
  const [words, setWords] = useState('')
  const [error, setError] = useState<unknown>(null)
  const [busy, setBusy] = useState(false)
  useEffect(() => {
    dialog.current?.showModal()
  }, [])
  const send = async () => {
    setBusy(true)
    setError(null)
    try {
      await submit({ code, text: words })
      onDone()
      onClose()
    } catch (e) {
      setError(e)
    } finally {
      setBusy(false)
    }
  }
  return (
    <dialog ref={dialog} className="dialog" onClose={onClose} aria-labelledby="dialog-title">
      <form
        method="dialog"
        onSubmit={(e) => {
          e.preventDefault()
          void send()
        }}
        onKeyDown={(e) => {
          if (e.key === 'Enter' && e.ctrlKey) void send()
        }}
      >
        <header>
          <h2 id="dialog-title">{title}</h2>
          <button type="button" className="ib" aria-label="Close" onClick={onClose}>
            <Icon name="x" />
          </button>
        </header>
        <div className="dialog-body">
          {children}
          <label className="lbl">
            Kind of reason
            <select className="field" value={code} onChange={(e) => setCode(e.target.value)}>
              {codes.map((each) => (
                <option key={each}>{each}</option>
              ))}
            </select>
          </label>
          <label className="lbl">
            Your reason, kept with this change
            <textarea
              className="field area"
              value={words}
              onChange={(e) => setWords(e.target.value)}
              rows={3}
              required
              minLength={10}
            />
          </label>
          {error !== null && <Failure error={error} />}
        </div>
        <footer>
          <button type="button" className="btn" onClick={onClose}>
            Cancel
          </button>
          <button type="submit" className={`btn ${danger ? 'd' : 'p'}`} disabled={busy || words.trim().length < 10}>
            {action} <kbd>Ctrl Enter</kbd>
          </button>
        </footer>
      </form>
    </dialog>
  )
}
