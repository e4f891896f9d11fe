import { useQuery } from '@tanstack/react-query'
import { useEffect } from 'react'
import { Problem, reach, UNREACHABLE } from '../api/client.ts'
import { Head } from '../parts/layout.tsx'
import { Failure } from '../parts/states.tsx'

/**
 * A page that failed, or whose code did not come: loaded anew, it has what it needs. While the server is away nothing would be left of it, so
 * it waits until the server is back.
 */
export function Broken({ title, error }: { title: string; error: unknown }) {
  const isCutOff = error instanceof Problem && error.code === UNREACHABLE
  // Asked again with all else that failed, when the server is back.
  const server = useQuery({ queryKey: ['reach'], queryFn: reach, enabled: isCutOff, retry: false, staleTime: 0, gcTime: 0 })
  const isBack = isCutOff && server.isSuccess
  useEffect(() => {
    if (isBack) location.reload()
  }, [isBack])
  const anew = async () => {
    const { isSuccess } = await server.refetch()
    if (isSuccess) location.reload()
  }
  return (
    <>
      <Head title={title} />
      <Failure error={error} retry={() => void anew()} />
    </>
  )
}
