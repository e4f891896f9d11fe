import { type RefObject, useCallback, useEffect, useState } from 'react'

/** Pixels of each row of a long table. */
export const ROW_HEIGHT = 32

/** Rows drawn above and below those in sight. */
const BESIDE = 8

/**
 * Which rows of a long table are in sight: from the first to before the second. All rows are equally high, so that growing by a
 * hundred thousand costs nothing: nothing is measured or kept for a row.
 */
export const useInSight = (box: RefObject<HTMLElement | null>, count: number) => {
  const [{ from, to }, setSpan] = useState({ from: 0, to: 0 })
  const look = useCallback(() => {
    const at = box.current
    if (!at) return
    const first = Math.floor(at.scrollTop / ROW_HEIGHT)
    const shown = Math.ceil(at.clientHeight / ROW_HEIGHT)
    const next = { from: Math.max(0, first - BESIDE), to: Math.min(count, first + shown + BESIDE) }
    setSpan((before) => (before.from === next.from && before.to === next.to ? before : next))
  }, [box, count])
  useEffect(() => {
    const at = box.current
    if (!at) return
    const watch = new ResizeObserver(look)
    watch.observe(at)
    at.addEventListener('scroll', look, { passive: true })
    look()
    return () => {
      watch.disconnect()
      at.removeEventListener('scroll', look)
    }
  }, [box, look])
  /** Scrolls as little as it takes until a row is in sight, below a head of a row's height. */
  const show = useCallback(
    (index: number) => {
      const at = box.current
      if (!at) return
      const top = index * ROW_HEIGHT
      const room = at.clientHeight - 2 * ROW_HEIGHT
      if (top < at.scrollTop) at.scrollTop = top
      else if (top > at.scrollTop + room) at.scrollTop = top - room
    },
    [box],
  )
  return { from, to: Math.min(to, count), height: count * ROW_HEIGHT, show }
}
