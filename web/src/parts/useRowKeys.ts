import { type RefObject, useEffect, useRef, useState } from 'react'

/** What a key does to the row that is walked on, by its place. */
type Acts = Record<string, (index: number) => void>

/**
 * j and k walk the rows of a long table and other keys act on the one that is walked on, wherever no field, link or button has the
 * keyboard. Answers the place of that row, or -1.
 */
export const useRowKeys = (box: RefObject<HTMLElement | null>, count: number, show: (index: number) => void, acts: Acts) => {
  const [at, setAt] = useState(-1)
  const held = useRef(acts)
  useEffect(() => {
    held.current = acts
  })
  useEffect(() => {
    const pressed = (e: KeyboardEvent) => {
      const target = e.target as HTMLElement
      const isFree = target === box.current || target === document.body || target.id === 'main'
      if (!isFree || e.ctrlKey || e.metaKey || e.altKey) return
      if (document.querySelector('dialog[open]') || localStorage.getItem('clew-keys') === 'off') return
      const act = held.current[e.key]
      if (e.key === 'j' || e.key === 'k') {
        const next = Math.min(Math.max(at + (e.key === 'j' ? 1 : -1), 0), count - 1)
        setAt(next)
        show(next)
      } else if (act && at >= 0 && at < count) act(at)
      else return
      e.preventDefault()
    }
    addEventListener('keydown', pressed)
    return () => removeEventListener('keydown', pressed)
  }, [box, count, show, at])
  return at
}
