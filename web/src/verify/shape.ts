// The forms of the ledger format: what an entry, a record of a batch and a bundle's extra data may hold, and nothing else. The same
// rules as the ledger library's Submission and ProofExtra, so that both verifiers name the same fault.
import type { Value } from './cbor.ts'

type Form = (value: Value) => boolean
type Fields = Map<bigint, Value>

const MAX_BATCH = 4_096
const anything = Number.MAX_SAFE_INTEGER

const text =
  (least = 0, most = anything): Form =>
  (value) =>
    typeof value === 'string' && value.length >= least && (value.length <= most || [...value].length <= most)
const bytes =
  (least = 0, most = anything): Form =>
  (value) =>
    value instanceof Uint8Array && value.length >= least && value.length <= most
const uint =
  (least = 0, most = anything): Form =>
  (value) =>
    typeof value === 'bigint' && value >= BigInt(least) && (most === anything || value <= BigInt(most))
const tuple =
  (...forms: Form[]): Form =>
  (value) =>
    Array.isArray(value) && value.length === forms.length && forms.every((form, i) => form(value[i] as Value))
const list =
  (form: Form, least: number, most: number): Form =>
  (value) =>
    Array.isArray(value) && value.length >= least && value.length <= most && value.every(form)
const orNull =
  (form: Form): Form =>
  (value) =>
    value === null || form(value)

const digest = bytes(32, 32)
const uid = bytes(16, 32)
const payload: Form = (value) =>
  tuple(text(), uint(0, 2), digest, uint(), orNull(digest), orNull(digest))(value) &&
  Array.isArray(value) &&
  [value[4], value[5]].every((part) => (part !== null) === (value[1] === 2n))

const SAID: Record<string, Form> = {
  1: text(),
  2: text(1, 96),
  3: text(1),
  4: text(),
  5: tuple(text(), uid),
  6: text(0, 64),
  7: bytes(16, 16),
  8: digest,
  9: digest,
  10: payload,
  11: list(bytes(16, 16), 1, anything),
  12: list(tuple(text(), text(), uid, orNull(digest)), 1, 32),
  13: uint(),
  14: tuple(text(), bytes(), bytes()),
  15: tuple(uint(1, MAX_BATCH), digest),
  16: uint(),
}
const EXTRA: Record<string, Form> = {
  0: bytes(),
  1: tuple(uint(0, MAX_BATCH - 1), list(digest, 0, 12)),
  2: bytes(),
  3: list(tuple(uint(0, 1), text(), orNull(digest), bytes()), 1, 2),
  4: list(bytes(), 1, 16),
  5: text(),
  6: tuple(uint(), digest, list(digest, 0, 126)),
}

const fits = (value: Value, forms: Record<string, Form>): value is Fields =>
  value instanceof Map && [...value].every(([key, part]) => forms[String(key)]?.(part) ?? false)
const has = (fields: Fields, ...keys: bigint[]) => keys.every((key) => fields.has(key))
const hasNone = (fields: Fields, ...keys: bigint[]) => !keys.some((key) => fields.has(key))

/** What an entry says: its namespace, a batch's tree with the act of a batch and with no other. */
export const isEntry = (said: Value): said is Fields =>
  fits(said, SAID) &&
  has(said, 1n, 2n, 3n, 7n) &&
  said.has(15n) === (said.get(2n) === 'record.batch') &&
  !has(said, 15n, 9n) &&
  (has(said, 5n) || hasNone(said, 8n))

/** What a record of a batch says: its scope, nothing that only an entry says. */
export const isRecord = (said: Value): said is Fields =>
  fits(said, SAID) && has(said, 2n, 3n, 7n, 16n) && hasNone(said, 1n, 5n, 8n, 9n, 15n)

/** What a bundle carries beside its path: a record and the record's own path come together. */
export const isExtra = (extra: Value): extra is Fields => fits(extra, EXTRA) && extra.has(1n) === extra.has(2n)
