// Signed notes, checkpoints, keys and the trust policy.
import { base64, decimal, equal, Invalid, join, sha256, utf8 } from './bytes.ts'

export interface Key {
  name: string
  id: Uint8Array
  type: number
  key: Uint8Array
}
export interface Checkpoint {
  text: string
  origin: string
  size: bigint
  root: Uint8Array
  signatures: { name: string; id: Uint8Array; signature: Uint8Array }[]
}

export function parseNote(note: string): Checkpoint {
  const split = note.lastIndexOf('\n\n')
  if (split < 0 || !note.endsWith('\n')) throw new Invalid('E01', 'the checkpoint is no signed note')
  const text = note.slice(0, split + 1)
  const lines = note.slice(split + 2, -1).split('\n')
  if (lines.length < 1 || lines.length > 64) throw new Invalid('E01', 'a note has 1 to 64 signatures')
  const signatures = lines.map((line) => {
    const parts = line.split(' ')
    const [dash, name, body] = parts
    if (parts.length !== 3 || dash !== '—' || !name || name.includes('+') || !body)
      throw new Invalid('E01', 'a signature line is malformed')
    const bytes = base64(body)
    if (bytes.length < 5) throw new Invalid('E01', 'a signature is too short')
    return { name, id: bytes.slice(0, 4), signature: bytes.slice(4) }
  })
  const fields = text.slice(0, -1).split('\n')
  const [origin, size, root] = fields
  if (fields.length !== 3 || !origin || size === undefined || root === undefined)
    throw new Invalid('E01', 'a checkpoint has three lines')
  const hash = base64(root)
  if (hash.length !== 32) throw new Invalid('E01', 'a root has 32 bytes')
  return { text, origin, size: decimal(size), root: hash, signatures }
}

export async function parseKey(vkey: string): Promise<Key> {
  const match = /^([^+]+)\+([0-9a-f]{8})\+(.+)$/.exec(vkey)
  if (!match?.[1] || !match[2] || !match[3]) throw new Error('a key of the policy is malformed')
  const bytes = base64(match[3])
  const type = bytes[0] ?? 0
  const id = (await sha256(join(utf8(match[1]), [10], bytes))).slice(0, 4)
  if (Array.from(id, (b) => b.toString(16).padStart(2, '0')).join('') !== match[2])
    throw new Error('a key of the policy does not fit its id')
  return { name: match[1], id, type, key: bytes.slice(1) }
}

export interface Policy {
  logs: Key[]
  pinned: Key[]
  quorum: string
}

/** The lines that pin a log; witnesses are reported, not required, unless a quorum says so. */
export async function parsePolicy(text: string): Promise<Policy> {
  const policy: Policy = { logs: [], pinned: [], quorum: 'none' }
  for (const line of text.split('\n')) {
    const items = line.split(/[ \t]+/).filter(Boolean)
    if (items[0] === 'log' && items[1]) policy.logs.push(await parseKey(items[1]))
    else if (items[0] === '#' && items[1] === 'mldsa44' && items[2] && items.length === 3)
      policy.pinned.push(await parseKey(items[2]))
    else if (items[0] === 'quorum' && items[1]) policy.quorum = items[1]
  }
  return policy
}

export const keysOf = (policy: Policy, origin: string) => [...policy.logs, ...policy.pinned].filter((key) => key.name === origin)

/** Whether one signature of a checkpoint is good. */
export async function isGood(key: Key, checkpoint: Checkpoint, signature: Uint8Array): Promise<boolean> {
  if (key.type === 0x01) return signature.length === 64 && ed25519(key.key, utf8(checkpoint.text), signature)
  if (key.type === 0x06) {
    if (signature.length !== 8 + 2420) return false
    const time = signature.slice(0, 8)
    const seconds = time.reduce((n, b) => (n << 8n) | BigInt(b), 0n)
    if (seconds === 0n || seconds > 0x7fffffffffffffffn) return false
    const name = utf8(key.name)
    const origin = utf8(checkpoint.origin)
    const message = join(
      utf8('subtree/v1\n\0'),
      [name.length],
      name,
      time,
      [origin.length],
      origin,
      u64(0n),
      u64(checkpoint.size),
      checkpoint.root,
    )
    const { ml_dsa44 } = await import('@noble/post-quantum/ml-dsa.js')
    return ml_dsa44.verify(signature.slice(8), message, key.key)
  }
  return false
}

const u64 = (value: bigint) => Array.from({ length: 8 }, (_, i) => Number((value >> BigInt(56 - 8 * i)) & 255n))

/** WebCrypto where it has Ed25519, else a library. */
async function ed25519(key: Uint8Array, message: Uint8Array, signature: Uint8Array): Promise<boolean> {
  try {
    const imported = await crypto.subtle.importKey('raw', key as BufferSource, { name: 'Ed25519' }, false, ['verify'])
    return await crypto.subtle.verify('Ed25519', imported, signature as BufferSource, message as BufferSource)
  } catch (e) {
    if (e instanceof DOMException && e.name !== 'NotSupportedError' && e.name !== 'DataError') throw e
    const { ed25519: curve } = await import('@noble/curves/ed25519.js')
    return curve.verify(signature, message, key)
  }
}

export const belongs = (key: Key, signature: { name: string; id: Uint8Array }) =>
  key.name === signature.name && equal(key.id, signature.id)
