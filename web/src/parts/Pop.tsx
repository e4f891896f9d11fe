import { type ReactNode, useEffect, useRef } from 'react'

/** What unfolds below its head over the page; Esc and a press beside it fold it again. */
export function Pop({
  head,
  className = 'btn',
  side = '',
  children,
}: {
  head: ReactNode
  /** Of the head. */
  className?: string
  /** `end` or `begin` keeps the list to that side of the head. */
  side?: string
  children: ReactNode
}) {
  const box = useRef<HTMLDetailsElement>(null)
  useEffect(() => {
    const pressed = (e: PointerEvent) => {
      if (box.current?.open && !box.current.contains(e.target as Node)) box.current.open = false
    }
    addEventListener('pointerdown', pressed)
    return () => removeEventListener('pointerdown', pressed)
  }, [])
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: Esc folds what has the keyboard
    <details
      className="pick"
      ref={box}
      onKeyDown={(e) => {
        if (e.key !== 'Escape' || !box.current?.open) return
        // It folds this, and clears nothing else.
        e.stopPropagation()
        box.current.open = false
        box.current.querySelector('summary')?.focus()
      }}
    >
      <summary className={className}>{head}</summary>
      <div className={`card pick-list ${side}`}>{children}</div>
    </details>
  )
}
