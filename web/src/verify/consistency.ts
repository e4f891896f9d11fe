// That a log only grew: RFC 9162 §2.1.4.2.
import { base64, equal } from './bytes.ts'
import { nodeHash } from './merkle.ts'

interface State {
  size: number
  /** Base64. */
  root: string
}

/** Whether the path shows that the entries of the older state are the first ones of the newer. */
export async function isConsistent(older: State, newer: State, path: string[]): Promise<boolean> {
  const first = base64(older.root)
  const second = base64(newer.root)
  if (older.size === newer.size) return path.length === 0 && equal(first, second)
  if (older.size <= 0 || older.size > newer.size) return false
  const hashes = path.map((each) => base64(each))
  // A complete tree is a node of the newer one by itself.
  if (Number.isInteger(Math.log2(older.size))) hashes.unshift(first)
  let fn = BigInt(older.size) - 1n
  let sn = BigInt(newer.size) - 1n
  while (fn & 1n) {
    fn >>= 1n
    sn >>= 1n
  }
  const [start, ...rest] = hashes
  if (!start) return false
  let fr = start
  let sr = start
  for (const c of rest) {
    if (sn === 0n) return false
    if (fn & 1n || fn === sn) {
      fr = await nodeHash(c, fr)
      sr = await nodeHash(c, sr)
      while (!(fn & 1n) && fn !== 0n) {
        fn >>= 1n
        sn >>= 1n
      }
    } else {
      sr = await nodeHash(sr, c)
    }
    fn >>= 1n
    sn >>= 1n
  }
  return sn === 0n && equal(fr, first) && equal(sr, second)
}
