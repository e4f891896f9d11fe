// Empty, loading, refused and broken, each with the next step.
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

/** What happened, what to do next; what is forbidden says which role it takes. */
export function Failure({ error, retry }: { error: unknown; retry?: () => void }) {
  const problem =
    error instanceof Problem ? error : new Problem(0, 'ERROR', error instanceof Error ? error.message : String(error), null)
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
        {retry && (
          <button type="button" className="btn sm" onClick={retry}>
            Try again
          </button>
        )}
      </div>
    </div>
  )
}
