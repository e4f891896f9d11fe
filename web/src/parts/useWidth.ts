import { type RefObject, useEffect, useState } from 'react'

/** Width of an element in pixels, as it changes; 0 before it is there. */
export const useWidth = (box: RefObject<HTMLElement | null>) => {
  const [width, setWidth] = useState(0)
  useEffect(() => {
    const at = box.current
    if (!at) return
    const watch = new ResizeObserver(() => setWidth(at.clientWidth))
    watch.observe(at)
    setWidth(at.clientWidth)
    return () => watch.disconnect()
  }, [box])
  return width
}
