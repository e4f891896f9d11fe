import type { ReactNode } from 'react'
import { Head } from './layout.tsx'
import { Failure } from './states.tsx'

/** A page whose thing cannot be shown: under its name and with the way up, what happened and what to do. */
export function Unshown({ title, crumbs, error }: { title: string; crumbs?: ReactNode[]; error: unknown }) {
  return (
    <>
      <Head {...(crumbs ? { crumbs } : {})} title={title} />
      <Failure error={error} />
    </>
  )
}
