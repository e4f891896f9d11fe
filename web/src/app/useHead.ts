import { useQuery } from '@tanstack/react-query'
import { text } from '../api/client.ts'

/** Bytes of an ML-DSA-44 cosignature in a note: key id, seconds since 1970, signature. */
const COSIGNATURE = 4 + 8 + 2420

/** When the checkpoint was signed, as its own cosignature says; null where there is none. */
const signedAt = (note: string): number | null => {
  for (const line of note.split('\n')) {
    if (!line.startsWith('— ')) continue
    const bytes = Uint8Array.from(atob(line.slice(line.lastIndexOf(' ') + 1)), (c) => c.charCodeAt(0))
    if (bytes.length === COSIGNATURE) return Number(new DataView(bytes.buffer).getBigUint64(4)) * 1000
  }
  return null
}

/** The newest signed checkpoint. */
export const useHead = () =>
  useQuery({
    queryKey: ['checkpoint'],
    queryFn: async () => {
      const note = await text('/ledger/checkpoint')
      const [origin = '', size = '0', root = ''] = note.split('\n')
      return { origin, size: Number(size), root, note, signedAt: signedAt(note) }
    },
    refetchInterval: 15_000,
    retry: false,
  })
