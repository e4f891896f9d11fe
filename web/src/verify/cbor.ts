// The leaf profile of CBOR: unsigned integers, bytes, text, arrays, maps of ascending unsigned keys, null; exactly one encoding each.
import { Invalid } from './bytes.ts'

export type Value = bigint | Uint8Array | string | Value[] | Map<bigint, Value> | null | boolean

const MAX_DEPTH = 8

export function decode(bytes: Uint8Array, code: string): Value {
  let at = 0
  const fail = (why: string): never => {
    throw new Invalid(code, `not canonical CBOR: ${why}`)
  }
  const byte = (): number => {
    const b = bytes[at++]
    return b === undefined ? fail('it ends early') : b
  }
  const head = (info: number): bigint => {
    if (info < 24) return BigInt(info)
    const width = info === 24 ? 1 : info === 25 ? 2 : info === 26 ? 4 : info === 27 ? 8 : fail('an indefinite length')
    let value = 0n
    for (let i = 0; i < width; i++) value = (value << 8n) | BigInt(byte())
    const least = width === 1 ? 24n : 1n << BigInt(width * 4)
    if (value < least) fail('a head is longer than needed')
    if (value > 0x7fffffffffffffffn) fail('a number is too large')
    return value
  }
  const take = (length: bigint): Uint8Array => {
    if (length > BigInt(bytes.length - at)) fail('it ends early')
    const part = bytes.slice(at, at + Number(length))
    at += Number(length)
    return part
  }
  const item = (depth: number): Value => {
    const first = byte()
    const major = first >> 5
    const info = first & 31
    if ((major === 4 || major === 5) && depth === MAX_DEPTH) fail('nested too deep')
    switch (major) {
      case 0:
        return head(info)
      case 2:
        return take(head(info))
      case 3: {
        const part = take(head(info))
        try {
          return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(part)
        } catch {
          return fail('a text is not UTF-8')
        }
      }
      case 4: {
        const count = head(info)
        if (count > BigInt(bytes.length - at)) fail('it ends early')
        const list: Value[] = []
        for (let i = 0n; i < count; i++) list.push(item(depth + 1))
        return list
      }
      case 5: {
        const count = head(info)
        if (count > BigInt(bytes.length - at)) fail('it ends early')
        const map = new Map<bigint, Value>()
        let last = -1n
        for (let i = 0n; i < count; i++) {
          const key = item(depth + 1)
          if (typeof key !== 'bigint' || key <= last) return fail('map keys do not ascend')
          last = key
          map.set(key, item(depth + 1))
        }
        return map
      }
      case 7:
        return first === 0xf6 ? null : first === 0xf5 ? true : first === 0xf4 ? false : fail('a value of a kind that is not used')
      default:
        return fail('a value of a kind that is not used')
    }
  }
  const value = item(0)
  if (at !== bytes.length) fail('bytes follow the value')
  return value
}
