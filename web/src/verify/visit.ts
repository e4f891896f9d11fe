// What this browser checked since it was opened. A badge says "verified" of nothing else.

export interface Checked {
  what: string
  at: number
  steps: number
  valid: boolean
}

let last: Checked | null = null
const byId = new Map<string, Checked>()

/** @param id of the record that the proof is of; null for a file */
export const rememberChecked = (id: string | null, checked: Omit<Checked, 'at'>) => {
  const kept = { ...checked, at: Date.now() }
  if (kept.valid) last = kept
  if (id) byId.set(id, kept)
}

export const lastVerified = () => last

/** What came of checking a record; null while nobody did. */
export const checkedOf = (id: string) => byId.get(id) ?? null
