import { type Query, useQueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { onProblem, Problem, UNREACHABLE } from '../api/client.ts'
import { sessionQuery } from './session.ts'

/** Between two questions to a server that does not answer. */
const EVERY = 3_000

const isCutOff = (query: Query) => query.state.error instanceof Problem && query.state.error.code === UNREACHABLE

/**
 * Whether the server is away, and whether somebody's session ended. While it is away it is asked again and again, and when it is back so
 * is everything that failed meanwhile. A session that ended is noticed with the first refusal.
 */
export const useConnection = () => {
  const client = useQueryClient()
  const [isAway, setAway] = useState(false)
  const [hasEnded, setEnded] = useState(false)
  useEffect(
    () =>
      onProblem((problem) => {
        if (problem.code === UNREACHABLE) setAway(true)
        if (problem.status !== 401 || client.getQueryData(sessionQuery.queryKey)?.state !== 'signed-in') return
        setEnded(true)
        void client.invalidateQueries({ queryKey: sessionQuery.queryKey })
      }),
    [client],
  )
  useEffect(() => {
    if (!isAway) return
    let timer = 0
    const ask = async () => {
      try {
        await fetch('/health', { cache: 'no-store' })
        setAway(false)
        await client.refetchQueries({ predicate: isCutOff })
      } catch {
        timer = window.setTimeout(() => void ask(), EVERY)
      }
    }
    timer = window.setTimeout(() => void ask(), EVERY)
    return () => clearTimeout(timer)
  }, [client, isAway])
  return { isAway, hasEnded }
}
