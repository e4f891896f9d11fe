// Empty, loading, refused and broken, each with the next step.
import { type Query, useQueryClient } from '@tanstack/react-query'
import { type ReactNode, useEffect, useState } from 'react'
import { Problem } from '../api/client.ts'
import { Icon } from './Icon.tsx'
import { Copy } from './marks.tsx'

/** Nothing flickers: a skeleton of final height after 150 ms. */
export function Loading({ height = 160 }: { height?: number }) {
  const [shown, setShown] = useState(false)
  useEffect(() => {
    const timer = setTimeout(() => setShown(true), 150)
    return () => clearTimeout(timer)
  }, [])
  return (
    <div className={`skeleton ${shown ? 'on' : ''}`} style={{ height }} role="status">
      <span className="vh">Loading</span>
    </div>
  )
}

export function Empty({ children, line }: { children: ReactNode; line?: string }) {
  return (
    <div className="empty">
      <p>{children}</p>
      {line && (
        <pre className="cmd">
          {line}
          <Copy text={line} label="line" />
        </pre>
      )}
    </div>
  )
}

/** Whether the same question may be answered another time: nobody answered, or only not now. */
const mayPass = ({ status }: Problem) => status === 0 || status === 408 || status === 429 || status >= 500

/** What happened, what to do next; what is forbidden says which role it takes. What failed for now is asked again by a button. */
export function Failure({ error, retry }: { error: unknown; retry?: () => void }) {
  const client = useQueryClient()
  const problem =
    error instanceof Problem ? error : new Problem(0, 'ERROR', error instanceof Error ? error.message : String(error), null)
  const isOfQuery = (query: Query) => query.state.error === error
  const again =
    retry ??
    (mayPass(problem) && client.getQueryCache().findAll({ predicate: isOfQuery }).length > 0
      ? () => void client.refetchQueries({ predicate: isOfQuery })
      : undefined)
  const forbidden = problem.status === 403
  const title = forbidden
    ? 'You may not see this'
    : problem.status === 404
      ? 'There is no such thing'
      : problem.status === 401
        ? 'You are signed out'
        : 'This did not work'
  return (
    <div className={`note ${forbidden ? 'am' : 'rd'}`} role="alert">
      <Icon name={forbidden ? 'lock' : 'alert'} />
      <div>
        <b>{title}.</b> {problem.message}
        {forbidden && ' The attempt is recorded.'}
        {problem.requestId && <span className="s"> Request {problem.requestId}</span>}{' '}
        {again && (
          <button type="button" className="btn sm" onClick={again}>
            Try again
          </button>
        )}
      </div>
    </div>
  )
}
