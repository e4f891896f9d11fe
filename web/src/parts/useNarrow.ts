import { useSyncExternalStore } from 'react'

/** As wide as a telephone; the same bound as in the style sheets. */
const NARROW = matchMedia('(max-width: 640px)')

const watch = (told: () => void) => {
  NARROW.addEventListener('change', told)
  return () => NARROW.removeEventListener('change', told)
}

/** Whether the window is as narrow as a telephone. */
export const useNarrow = () => useSyncExternalStore(watch, () => NARROW.matches)
