import type { ReactNode } from 'react'
import { EntryLink, Person, Time } from './marks.tsx'

/** Who did what, when, under which entry; below it why. Acts that call for a reason say so when none was given. */
export function WhyLine({
  id,
  who,
  did,
  at,
  seq,
  code,
  reason,
  called = false,
}: {
  id?: string
  who: string
  did: ReactNode
  at: string
  seq: number | undefined
  code?: string | null | undefined
  reason?: string | null | undefined
  called?: boolean
}) {
  return (
    <div className="why">
      <div>
        <Person id={id} name={who} /> {did}
      </div>
      <div className="wm">
        <Time at={at} /> <EntryLink seq={seq} bare />
      </div>
      {(code || reason || called) && (
        <div className="rs">
          {code && <span className="chip">{code}</span>}{' '}
          {reason ? <q>{reason}</q> : called ? <em className="none">no reason given</em> : null}
        </div>
      )}
    </div>
  )
}

/** Acts that change what serves or what is shown to people: these are made with a reason. */
const CALLED =
  /^(approval\.|deploy\.(request|rollback|end|fail)|model\.(alias|stage|version\.delete|delete)|run\.delete|subject\.)/

export const callsForReason = (act: string) => CALLED.test(act)
