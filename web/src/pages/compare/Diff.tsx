import { useMemo } from 'react'
import { condensed, lineDiff, MOST_LINES } from './lineDiff.ts'

const SIGN = { add: '+', cut: '−', same: ' ', at: '…' } as const

/** A text that became another: what was taken away and what came. */
export function Diff({ name, before, after }: { name: string; before: string; after: string }) {
  const isLong = before.split('\n').length > MOST_LINES || after.split('\n').length > MOST_LINES
  const pieces = useMemo(() => (isLong ? [] : condensed(lineDiff(before, after))), [before, after, isLong])
  if (isLong) return <p className="empty">{name} is too long to be compared here; download both.</p>
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
    <section className="diff" aria-label={`What changed in ${name}`} tabIndex={0}>
      {pieces.map((piece, i) => (
        <div key={i} className={piece.kind}>
          {SIGN[piece.kind]} {piece.text}
        </div>
      ))}
    </section>
  )
}
