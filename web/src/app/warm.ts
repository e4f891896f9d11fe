// What the first page needs, asked for while the code is still being read.
import { type QueryClient, queryOptions } from '@tanstack/react-query'
import { get, native, type Page } from '../api/client.ts'
import type { Approval, Deployment, RunInShort } from '../api/types.ts'
import { sessionQuery } from './session.ts'

export const pendingApprovals = queryOptions({
  queryKey: ['approvals', 'pending'],
  queryFn: () => get<Page<Approval>>(`${native}/approvals?state=pending&limit=100`),
})

export const liveDeployments = queryOptions({
  queryKey: ['deployments', 'live'],
  queryFn: () => get<Page<Deployment>>(`${native}/deployments?state=live&limit=50`),
})

export const newestRuns = queryOptions({
  queryKey: ['runs', 'newest'],
  queryFn: () => get<Page<RunInShort>>(`${native}/runs?limit=6`),
})

/** Who is there, on every page; on the first one also what it shows, as far as its reader may see it. */
export const warm = async (client: QueryClient) => {
  const session = client.fetchQuery(sessionQuery)
  if (location.pathname !== '/') return
  const { state, permissions } = await session
  if (state === 'anonymous') return
  if (permissions.includes('run.list')) void client.prefetchQuery(newestRuns)
  if (permissions.includes('approval.read')) void client.prefetchQuery(pendingApprovals)
  if (permissions.includes('deployment.log.read')) void client.prefetchQuery(liveDeployments)
}
