// Bytes, base64 without leniency, SHA-256.

export class Invalid extends Error {
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message)
  }
}

const B64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/

/** RFC 4648 §4 with padding and zero unused bits; any other spelling is refused. */
export const base64 = (text: string, code = 'E01'): Uint8Array => {
  if (!B64.test(text)) throw new Invalid(code, 'a base64 text is not well formed')
  const bytes = Uint8Array.from(atob(text), (c) => c.charCodeAt(0))
  if (toBase64(bytes) !== text) throw new Invalid(code, 'a base64 text has unused bits that are not zero')
  return bytes
}

export const toBase64 = (bytes: Uint8Array): string => {
  let text = ''
  for (let i = 0; i < bytes.length; i += 8192) text += String.fromCharCode(...bytes.subarray(i, i + 8192))
  return btoa(text)
}

export const hex = (bytes: Uint8Array): string => Array.from(bytes, (b) => b.toString(16).padStart(2, '0')).join('')

export const join = (...parts: (Uint8Array | number[])[]): Uint8Array => {
  const all = new Uint8Array(parts.reduce((n, part) => n + part.length, 0))
  let at = 0
  for (const part of parts) {
    all.set(part, at)
    at += part.length
  }
  return all
}

export const equal = (a: Uint8Array, b: Uint8Array) => a.length === b.length && a.every((byte, i) => byte === b[i])

export const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text)

export const sha256 = async (bytes: Uint8Array): Promise<Uint8Array> =>
  new Uint8Array(await crypto.subtle.digest('SHA-256', bytes as BufferSource))

/** A decimal without sign and leading zeros, at most 2^63 − 1. */
export const decimal = (text: string, code = 'E01'): bigint => {
  if (!/^(?:0|[1-9]\d{0,18})$/.test(text)) throw new Invalid(code, `"${text.slice(0, 30)}" is no number of the required form`)
  const value = BigInt(text)
  if (value > 0x7fffffffffffffffn) throw new Invalid(code, 'a number is too large')
  return value
}
