// Times, digests, people and proofs as they stand in text and tables.
import { Link } from '@tanstack/react-router'
import { type ReactNode, useState } from 'react'
import { useMay } from '../app/session.ts'
import { thingWords } from './acts.ts'
import { fullTime, relative, short, utc, when } from './format.ts'
import { Icon, PROOF_WORDS, ProofGlyph, type ProofState } from './Icon.tsx'
import { threadOf } from './paths.ts'

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

/** The entry that proves something; bare where there is no room for its number. Who may not read the log comes to the entry's proof. */
export function EntryLink({ seq, bare = false }: { seq: number | undefined; bare?: boolean }) {
  const to = useMay()('audit.read') ? '/ui/audit' : '/ui/verify'
  if (seq === undefined) return <ProofGlyph state="recorded" size={12} />
  return (
    <Link to={to} search={{ entry: seq }} className="num el" title={`Entry ${seq}`} aria-label={`Entry ${seq}`}>
      {!bare && `#${seq} `}
      <ProofGlyph state="signed" size={12} />
    </Link>
  )
}

/** What an entry was done to, by its kind; a link to its thread. */
export function Thing({ of: { act, resource } }: { of: { act: string; resource?: string | undefined } }) {
  const words = thingWords(act, resource)
  if (!words || !resource) return null
  return (
    <Link className="l" to={threadOf(resource)} title={resource}>
      {words}
    </Link>
  )
}

/** By name; the id on hover. A round icon is a person, a box a service. */
export function Person({ id, name }: { id?: string | undefined; name: string }) {
  const isService = /^(svc|sys):/.test(id ?? name)
  return (
    <span className="who" title={id && id !== name ? `${name} · ${id}` : name}>
      <Icon name={isService ? 'service' : 'person'} size={13} />
      {name}
    </span>
  )
}
