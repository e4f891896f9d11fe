import { useRouterState } from '@tanstack/react-router'
import { useEffect } from 'react'

export interface Visit {
  to: string
  title: string
}

const KEY = 'clew-recent'
const MOST = 8
/** A page has said its name by then. */
const SETTLED = 1_500

export const recent = (): Visit[] => {
  try {
    const all = JSON.parse(sessionStorage.getItem(KEY) ?? '[]')
    return Array.isArray(all) ? all.filter((each) => typeof each.to === 'string' && typeof each.title === 'string') : []
  } catch {
    return []
  }
}

/** Keeps the records that were opened in this window, newest first. Lists are in the menu anyway. */
export const useRecent = () => {
  const path = useRouterState({ select: (state) => state.location.pathname })
  useEffect(() => {
    if (path.split('/').length < 4) return
    const timer = setTimeout(() => {
      const title = document.querySelector('h1')?.textContent
      if (!title) return
      const visit = { to: path, title }
      sessionStorage.setItem(KEY, JSON.stringify([visit, ...recent().filter((each) => each.to !== path)].slice(0, MOST)))
    }, SETTLED)
    return () => clearTimeout(timer)
  }, [path])
}
