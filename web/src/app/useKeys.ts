import type { useNavigate } from '@tanstack/react-router'
import { useEffect } from 'react'

const GO: Record<string, string> = {
  h: '/',
  e: '/ui/experiments',
  d: '/ui/data',
  m: '/ui/models',
  a: '/ui/approvals',
  p: '/ui/deployments',
  c: '/ui/decisions',
  u: '/ui/audit',
}

/** Keys that follow a link in the head of the page, where there is one. */
const LINKS: Record<string, string> = { t: '.ph .acts a[href^="/ui/thread/"]', v: '.ph .acts a[href^="/ui/verify/"]' }

/** When g was pressed. */
let going = 0

/** Whether the key pressed now says where to go, so that it means nothing else. */
export const isGoing = () => Date.now() - going < 1200

/** Keys that work on every page. */
export const useKeys = (navigate: ReturnType<typeof useNavigate>, onSearch: () => void, onHelp: () => void) => {
  useEffect(() => {
    const pressed = (e: KeyboardEvent) => {
      const at = e.target as HTMLElement
      if ((e.ctrlKey || e.metaKey) && e.key.toLowerCase() === 'k') {
        e.preventDefault()
        onSearch()
        return
      }
      if (
        e.ctrlKey ||
        e.metaKey ||
        e.altKey ||
        /^(INPUT|TEXTAREA|SELECT)$/.test(at.tagName) ||
        document.querySelector('dialog[open]')
      )
        return
      if (localStorage.getItem('clew-keys') === 'off') return
      if (e.key === 'g') going = Date.now()
      else if (isGoing() && GO[e.key]) {
        // Other listeners to this key still ask.
        setTimeout(() => {
          going = 0
        })
        void navigate({ to: GO[e.key] as string })
      } else if (e.key === '?') onHelp()
      else if (e.key === 'y') void navigator.clipboard?.writeText(location.href)
      else if (LINKS[e.key]) document.querySelector<HTMLAnchorElement>(LINKS[e.key] ?? '')?.click()
      else if (e.key === '/') {
        const filter = document.querySelector<HTMLInputElement>('[data-filter]')
        if (filter) {
          e.preventDefault()
          filter.focus()
        }
      }
    }
    addEventListener('keydown', pressed)
    return () => removeEventListener('keydown', pressed)
  }, [navigate, onSearch, onHelp])
}
