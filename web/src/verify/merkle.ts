// RFC 6962 over SHA-256.
import { Invalid, join, sha256 } from './bytes.ts'

export const leafHash = (data: Uint8Array) => sha256(join([0], data))
export const nodeHash = (left: Uint8Array, right: Uint8Array) => sha256(join([1], left, right))

/** The root that a path leads to. */
export async function inclusionRoot(
  index: bigint,
  size: bigint,
  hash: Uint8Array,
  path: Uint8Array[],
  code: string,
): Promise<Uint8Array> {
  if (index >= size) throw new Invalid(code, `index ${index} is not below the size ${size}`)
  let fn = index
  let sn = size - 1n
  let r = hash
  for (const p of path) {
    if (sn === 0n) throw new Invalid(code, 'the path is too long')
    if (fn & 1n || fn === sn) {
      r = await nodeHash(p, r)
      while (!(fn & 1n) && fn !== 0n) {
        fn >>= 1n
        sn >>= 1n
      }
    } else {
      r = await nodeHash(r, p)
    }
    fn >>= 1n
    sn >>= 1n
  }
  if (sn !== 0n) throw new Invalid(code, 'the path is too short')
  return r
}
