// A proof bundle, checked as `clew verify` checks it: the first failure ends it.
import { base64, decimal, equal, hex, Invalid, sha256 } from './bytes.ts'
import { decode, type Value } from './cbor.ts'
import { inclusionRoot, leafHash } from './merkle.ts'
import { belongs, isGood, keysOf, type Policy, parseNote } from './note.ts'
import { isEntry, isExtra, isRecord } from './shape.ts'

export interface Step {
  title: string
  detail: string
  bytes?: string
}
export interface Report {
  valid: boolean
  steps: Step[]
  failure: { code: string; message: string } | null
}
interface Parsed {
  extra: Map<bigint, Value>
  index: bigint
  path: Uint8Array[]
  note: string
}

const MOST = 2 * 1024 * 1024

export function parse(text: string): Parsed {
  if (text.length > MOST) throw new Invalid('E01', 'the bundle is larger than 2 MiB')
  const gap = text.indexOf('\n\n')
  if (gap < 0) throw new Invalid('E01', 'the bundle has no checkpoint')
  const lines = text.slice(0, gap).split('\n')
  if (lines.shift() !== 'c2sp.org/tlog-proof@v1') throw new Invalid('E01', 'the first line is not that of a proof bundle')
  let extra = new Map<bigint, Value>()
  if (lines[0]?.startsWith('extra ')) {
    const value = decode(base64((lines.shift() ?? '').slice(6)), 'E01')
    if (!isExtra(value)) throw new Invalid('E01', 'the extra data is not of the required shape')
    extra = value
  }
  const index = lines.shift()
  if (!index?.startsWith('index ')) throw new Invalid('E01', 'the bundle names no index')
  if (lines.length > 63) throw new Invalid('E01', 'a path has at most 63 hashes')
  const path = lines.map((line) => {
    const hash = base64(line)
    if (hash.length !== 32) throw new Invalid('E01', 'a hash of the path has 32 bytes')
    return hash
  })
  return { extra, index: decimal(index.slice(6)), path, note: text.slice(gap + 2) }
}

/** Checks a bundle against a policy; `expect` is the id that it must be about. Each step is told as it passes. */
export async function verify(text: string, policy: Policy, expect?: string, onStep?: (step: Step) => void): Promise<Report> {
  const steps: Step[] = []
  try {
    await run(text, policy, expect, (step) => {
      steps.push(step)
      onStep?.(step)
    })
    return { valid: true, steps, failure: null }
  } catch (e) {
    const failure =
      e instanceof Invalid
        ? { code: e.code, message: e.message }
        : { code: 'E01', message: e instanceof Error ? e.message : String(e) }
    return { valid: false, steps, failure }
  }
}

async function run(text: string, policy: Policy, expect: string | undefined, pass: (step: Step) => void) {
  const bundle = parse(text)
  const checkpoint = parseNote(bundle.note)
  pass({
    title: 'The bundle is well formed',
    detail: `entry ${bundle.index} of a log of ${checkpoint.size} entries`,
    bytes: checkpoint.text,
  })

  const keys = keysOf(policy, checkpoint.origin)
  if (!keys.some((key) => policy.logs.includes(key)))
    throw new Invalid('E02', `the policy does not know the log ${checkpoint.origin}`)
  for (const key of keys) {
    const own = checkpoint.signatures.filter((signature) => belongs(key, signature))
    if (!own.length) throw new Invalid('E03', 'a signature of a key of the log is missing')
    for (const signature of own) {
      if (!(await isGood(key, checkpoint, signature.signature))) throw new Invalid('E03', 'a signature of the log is wrong')
    }
  }
  if (policy.quorum !== 'none') throw new Invalid('E04', 'the policy asks for witnesses; check this bundle with clew verify')
  pass({
    title: 'The log signed this checkpoint',
    detail: keys.map((key) => (key.type === 1 ? 'Ed25519' : 'ML-DSA-44')).join(' and '),
    bytes: keys.map((key) => `${key.name}+${hex(key.id)}`).join('\n'),
  })

  if (bundle.extra.has(6n)) throw new Invalid('E11', 'the bundle holds an older tree too; check it with clew verify')
  if (bundle.extra.has(3n)) throw new Invalid('E08', 'the bundle lays open payloads too; check it with clew verify')

  const leaf = bundle.extra.get(0n)
  if (!(leaf instanceof Uint8Array)) throw new Invalid('E05', 'the bundle does not hold the entry')
  const parts = decode(leaf, 'E05')
  if (
    !Array.isArray(parts) ||
    parts.length !== 4 ||
    parts[0] !== 1n ||
    typeof parts[1] !== 'bigint' ||
    typeof parts[2] !== 'bigint' ||
    !(parts[3] instanceof Uint8Array)
  )
    throw new Invalid('E05', 'the entry is no leaf')
  if (parts[1] !== bundle.index) throw new Invalid('E05', `the entry says ${parts[1]}, the bundle ${bundle.index}`)
  const said = decode(parts[3], 'E05')
  if (!isEntry(said)) throw new Invalid('E05', 'what the entry says is not of the required shape')
  const hash = await leafHash(leaf)
  pass({
    title: 'The entry is a leaf of the log',
    detail: `${said.get(2n)} by ${said.get(3n)}, ${time(parts[2])}`,
    bytes: `leaf hash ${hex(hash)}`,
  })

  const root = await inclusionRoot(bundle.index, checkpoint.size, hash, bundle.path, 'E06')
  if (!equal(root, checkpoint.root)) throw new Invalid('E06', 'the path does not lead to the signed root')
  pass({ title: 'The path leads to the signed root', detail: `${bundle.path.length} hashes`, bytes: `root ${hex(root)}` })

  const record = bundle.extra.get(2n)
  let about: Uint8Array[] = idsOf(said)
  if (record !== undefined || bundle.extra.get(1n) !== undefined) about = [await inner(bundle, said, parts[2], record, pass)]
  if (expect !== undefined) {
    const wanted = expect
      .slice(expect.indexOf(':') + 1)
      .replaceAll('-', '')
      .toLowerCase()
    if (!about.some((id) => hex(id) === wanted) && wanted !== String(bundle.index))
      throw new Invalid('E00', `the proof is not about ${expect}`)
    pass({ title: 'It is about what you asked for', detail: expect })
  }
}

/** The record's place in its batch; answers the record's id. */
async function inner(
  bundle: Parsed,
  said: Map<bigint, Value>,
  leafTime: bigint,
  record: Value | undefined,
  pass: (step: Step) => void,
): Promise<Uint8Array> {
  const place = bundle.extra.get(1n)
  const batch = said.get(15n)
  if (!(record instanceof Uint8Array) || !Array.isArray(place) || typeof place[0] !== 'bigint' || !Array.isArray(place[1]))
    throw new Invalid('E07', 'the record or its path is missing')
  if (!Array.isArray(batch) || typeof batch[0] !== 'bigint' || !(batch[1] instanceof Uint8Array))
    throw new Invalid('E07', 'the entry is no batch')
  const parts = decode(record, 'E07')
  if (
    !Array.isArray(parts) ||
    parts.length !== 4 ||
    parts[0] !== 2n ||
    typeof parts[1] !== 'bigint' ||
    typeof parts[2] !== 'bigint' ||
    !(parts[3] instanceof Uint8Array)
  )
    throw new Invalid('E07', 'the record is no inner record')
  if (parts[1] !== place[0] || place[0] >= batch[0] || parts[2] > leafTime)
    throw new Invalid('E07', 'the record does not fit its place')
  const path = place[1].map((each) => {
    if (!(each instanceof Uint8Array) || each.length !== 32) throw new Invalid('E07', 'a hash of the inner path has 32 bytes')
    return each
  })
  const root = await inclusionRoot(place[0], batch[0], await leafHash(record), path, 'E07')
  if (!equal(root, batch[1])) throw new Invalid('E07', 'the inner path does not lead to the batch')
  const said2 = decode(parts[3], 'E07')
  if (!isRecord(said2)) throw new Invalid('E07', 'what the record says is not of the required shape')
  pass({
    title: 'The record is in its batch',
    detail: `${String(said2.get(2n))}, record ${place[0]} of ${batch[0]}, ${time(parts[2])}`,
    bytes: `record digest ${hex(await sha256(parts[3]))}\nbatch root ${hex(root)}`,
  })
  return said2.get(7n) as Uint8Array
}

const idsOf = (said: Map<bigint, Value>): Uint8Array[] => {
  const ids: Uint8Array[] = []
  const request = said.get(7n)
  const resource = said.get(5n)
  if (request instanceof Uint8Array) ids.push(request)
  if (Array.isArray(resource) && resource[1] instanceof Uint8Array) ids.push(resource[1])
  return ids
}

const time = (micros: bigint) => `${new Date(Number(micros / 1000n)).toISOString().replace('T', ' ').slice(0, 19)} UTC`
