// What the first page needs, asked for while the code is still being read.
import { type QueryClient, queryOptions } from '@tanstack/react-query'
import { get, mlflow, native, type Page, post } from '../api/client.ts'
import type { Approval, Deployment, MlExperiment, MlRun } from '../api/types.ts'
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
  queryFn: async (): Promise<MlRun[]> => {
    const { experiments = [] } = await get<{ experiments?: MlExperiment[] }>(`${mlflow}/experiments/search?max_results=100`)
    if (!experiments.length) return []
    const found = await post<{ runs?: MlRun[] }>(`${mlflow}/runs/search`, {
      experiment_ids: experiments.map((each) => each.experiment_id),
      max_results: 6,
      order_by: ['attributes.start_time DESC'],
    })
    return found.runs ?? []
  },
})

/** Who is there, on every page; on the first one also what it shows, as far as its reader may see it. */
export const warm = async (client: QueryClient) => {
  const session = client.fetchQuery(sessionQuery)
  if (location.pathname !== '/') return
  void import('../pages/home/Home.tsx')
  const { state, permissions } = await session
  if (state === 'anonymous') return
  if (permissions.includes('run.list')) void client.prefetchQuery(newestRuns)
  if (permissions.includes('approval.read')) void client.prefetchQuery(pendingApprovals)
  if (permissions.includes('deployment.log.read')) void client.prefetchQuery(liveDeployments)
}
