import { useQuery } from '@tanstack/react-query'
import { text } from '../api/client.ts'

/** The newest signed checkpoint; null where the caller may not read it. */
export const useHead = () =>
  useQuery({
    queryKey: ['checkpoint'],
    queryFn: async () => {
      const note = await text('/ledger/checkpoint')
      const [origin = '', size = '0', root = ''] = note.split('\n')
      return { origin, size: Number(size), root, note, signedAt: Date.now() }
    },
    refetchInterval: 15_000,
    retry: false,
  })
