// What personal data is opened for: said once a visit, sent with every read, forgotten when the window is closed.
import { useSyncExternalStore } from 'react'
import type { Why } from '../api/client.ts'

export const PURPOSES = ['decision-review', 'subject-request', 'complaint', 'audit', 'debugging', 'monitoring']

const KEY = 'clew-why'
const NONE: Why = {}

const kept = (): Why => {
  try {
    const why = JSON.parse(sessionStorage.getItem(KEY) ?? '{}')
    return PURPOSES.includes(why.purpose) && typeof why.reason === 'string' ? why : NONE
  } catch {
    return NONE
  }
}

let said: Why = kept()
const listeners = new Set<() => void>()

export const sayWhy = (why: Why | null) => {
  said = why ?? NONE
  if (why) sessionStorage.setItem(KEY, JSON.stringify(why))
  else sessionStorage.removeItem(KEY)
  for (const listener of listeners) listener()
}

const subscribe = (listener: () => void) => {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

export const useWhy = () => useSyncExternalStore(subscribe, () => said)
