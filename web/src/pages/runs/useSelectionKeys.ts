import { useEffect } from 'react'
import { isGoing } from '../../app/useKeys.ts'
import { MOST_COMPARED } from '../../parts/paths.ts'

/** c compares what is chosen, Esc clears it. */
export const useSelectionKeys = (chosen: string[], onClear: () => void, onCompare: (runs: string[]) => void) => {
  useEffect(() => {
    if (!chosen.length) return
    const pressed = (e: KeyboardEvent) => {
      const at = e.target as HTMLElement
      if (/^(INPUT|TEXTAREA|SELECT)$/.test(at.tagName) && (at as HTMLInputElement).type !== 'checkbox') return
      if (document.querySelector('dialog[open]') || e.ctrlKey || e.metaKey) return
      if (e.key === 'Escape') onClear()
      else if (
        e.key === 'c' &&
        !isGoing() &&
        chosen.length > 1 &&
        chosen.length <= MOST_COMPARED &&
        localStorage.getItem('clew-keys') !== 'off'
      )
        onCompare(chosen)
    }
    addEventListener('keydown', pressed)
    return () => removeEventListener('keydown', pressed)
  }, [chosen, onClear, onCompare])
}
