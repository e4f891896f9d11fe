// What this browser verified since it was opened. A badge says "verified" of nothing else.

export interface Verified {
  what: string
  at: number
  steps: number
}

let last: Verified | null = null

export const rememberVerified = (what: string, steps: number) => {
  last = { what, at: Date.now(), steps }
}

export const lastVerified = () => last
