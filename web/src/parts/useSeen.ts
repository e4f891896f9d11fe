import { type RefObject, useEffect, useState } from 'react'

/** Whether an element was in sight once: what takes a question of its own is asked only then. */
export const useSeen = (box: RefObject<HTMLElement | null>) => {
  const [isSeen, setSeen] = useState(false)
  useEffect(() => {
    const at = box.current
    if (!at || isSeen) return
    const watch = new IntersectionObserver((entries) => {
      if (entries.some((each) => each.isIntersecting)) setSeen(true)
    })
    watch.observe(at)
    return () => watch.disconnect()
  }, [box, isSeen])
  return isSeen
}
