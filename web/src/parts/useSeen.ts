import { type RefObject, useEffect, useState } from 'react'

/** What will come into sight next is asked for already. */
const NEAR = '200px'

/** Whether an element was in sight once: what takes a question of its own is asked only then. */
export const useSeen = (box: RefObject<HTMLElement | null>) => {
  const [isSeen, setSeen] = useState(false)
  useEffect(() => {
    const at = box.current
    if (!at || isSeen) return
    const watch = new IntersectionObserver(
      (entries) => {
        if (entries.some((each) => each.isIntersecting)) setSeen(true)
      },
      { rootMargin: NEAR },
    )
    watch.observe(at)
    return () => watch.disconnect()
  }, [box, isSeen])
  return isSeen
}
