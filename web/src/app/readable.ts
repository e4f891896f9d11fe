// What may be asked for now: rights, and the purpose that some of them take.
import { useSession } from './session.ts'
import { useWhy } from './why.ts'

/** Whether something may be asked for now: held, and its purpose said where it takes one. A refusal would be recorded. */
export const useReadable = () => {
  const session = useSession().data
  const why = useWhy()
  return (permission: string) =>
    (session?.permissions.includes(permission) ?? false) && (!session?.justified.includes(permission) || !!why.purpose)
}

/** Whether something is held, but its purpose is still to be said. */
export const useNeedsWhy = () => {
  const session = useSession().data
  const why = useWhy()
  return (permission: string) => (session?.justified.includes(permission) ?? false) && !why.purpose
}
