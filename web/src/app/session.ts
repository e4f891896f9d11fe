import { queryOptions, useQuery, useQueryClient } from '@tanstack/react-query'
import { del, get, native, post, remember, type Session } from '../api/client.ts'
import { sayWhy } from './why.ts'

const load = async () => {
  const session = await get<Session>(`${native}/session`)
  remember(session)
  return session
}

export const sessionQuery = queryOptions({ queryKey: ['session'], queryFn: load, staleTime: 60_000 })

export const useSession = () => useQuery(sessionQuery)

/** Whether the caller may do something in its project, by the name of the permission. */
export const useMay = () => {
  const session = useSession().data
  return (permission: string) => session?.permissions.includes(permission) ?? false
}

export const useSigning = () => {
  const client = useQueryClient()
  return {
    signIn: async (credentials: { token: string } | { user: string; password: string }) => {
      remember(await post<Session>(`${native}/session`, credentials))
      await client.resetQueries()
    },
    signOut: async () => {
      await del(`${native}/session`)
      // What one said they look for is not what the next one does.
      sayWhy(null)
      await client.resetQueries()
    },
  }
}
