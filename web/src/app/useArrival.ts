import { useRouterState } from '@tanstack/react-router'
import { useEffect, useRef } from 'react'

/** Once another page is there, the keyboard and the screen reader begin at it, as they would after a page was loaded. */
export const useArrival = () => {
  const path = useRouterState({ select: (state) => state.resolvedLocation?.pathname })
  const last = useRef(path)
  useEffect(() => {
    if (last.current !== undefined && path !== last.current) document.getElementById('main')?.focus({ preventScroll: true })
    last.current = path
  }, [path])
}
