// The one way to the server: JSON, the session's CSRF value on every change, problems as errors with the server's own words.
import type { WhoView } from './schema.ts'

/** Who asks, and what they may do. */
export type Session = Omit<WhoView, 'state'> & { state: 'open' | 'signed-in' | 'anonymous' }

export interface Page<T> {
  items: T[]
  /** Of the next page; left out on the last. */
  cursor?: string | undefined
}

/** Code of a question that got no answer at all. */
export const UNREACHABLE = 'UNREACHABLE'

/** What the server refused or could not do: RFC 9457, or MLflow's shape. */
export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    detail: string,
    readonly requestId: string | null,
  ) {
    super(detail)
  }
}

type Listener = (problem: Problem) => void
const listeners = new Set<Listener>()

/** Tells of everything that was refused or failed, whoever asked: sessions end and servers go away under any page. */
export const onProblem = (listener: Listener) => {
  listeners.add(listener)
  return () => {
    listeners.delete(listener)
  }
}

const failed = (problem: Problem) => {
  for (const listener of listeners) listener(problem)
  return problem
}

const cutOff = () =>
  failed(
    new Problem(
      0,
      UNREACHABLE,
      'The server does not answer. What you see was read before; it is asked again when it is back.',
      null,
    ),
  )

/** Fails as every question does while the server is away; whatever it answers, it is there. */
export const reach = async (): Promise<true> => {
  try {
    await fetch('/health', { cache: 'no-store' })
    return true
  } catch {
    throw cutOff()
  }
}

let session: Session | null = null

export const remember = (next: Session) => {
  session = next
}

export interface Why {
  /** `[code;] text`: why a change is made, or personal data is read. */
  reason?: string | undefined
  /** What personal data is read for. */
  purpose?: string | undefined
}

/** What `early.ts` asked for; each answer is taken once. */
const early = () => (globalThis as { clewEarly?: Map<string, Promise<Response>> }).clewEarly

/** Milliseconds after which what was asked early is too old to be shown. */
const FRESH = 10_000

const taken = (path: string): Promise<Response> | undefined => {
  if (performance.now() > FRESH) return undefined
  const answer = early()?.get(path)
  early()?.delete(path)
  return answer
}

/** Who asks, as the page itself says; null in a page that was not rendered by the server. */
export const toldInPage = (): Session | null => {
  try {
    const told: Session = JSON.parse(document.querySelector('meta[name=session]')?.getAttribute('content') ?? '')
    remember(told)
    return told
  } catch {
    return null
  }
}

async function send(method: string, path: string, body?: unknown, why: Why = {}, token?: string): Promise<Response> {
  const headers: Record<string, string> = { Accept: 'application/json' }
  if (body !== undefined) headers['Content-Type'] = 'application/json'
  if (method !== 'GET' && session?.csrf) headers['X-Clew-Csrf'] = session.csrf
  if (token) headers.Authorization = `Bearer ${token}`
  if (why.reason) headers['X-Clew-Reason'] = encodeReason(why.reason)
  if (why.purpose) headers['X-Clew-Purpose'] = why.purpose
  let answer: Response
  try {
    const init: RequestInit = { method, headers, credentials: 'same-origin' }
    if (body !== undefined) init.body = JSON.stringify(body)
    const isPlain = method === 'GET' && !why.reason && !why.purpose
    answer = await ((isPlain && taken(path)) || fetch(path, init))
  } catch {
    throw cutOff()
  }
  if (answer.ok) return answer
  const text = await answer.text()
  let detail = `The server answered with status ${answer.status}.`
  let code = String(answer.status)
  try {
    const problem = JSON.parse(text)
    detail = problem.detail ?? problem.message ?? detail
    code = problem.code ?? problem.error_code ?? code
  } catch {
    // no document: the status has to do
  }
  throw failed(new Problem(answer.status, code, detail, answer.headers.get('X-Request-Id')))
}

/** Headers carry bytes; the server reads them as UTF-8. */
const encodeReason = (text: string) =>
  Array.from(new TextEncoder().encode(text.replace(/[\r\n]+/g, ' ')), (b) => String.fromCharCode(b)).join('')

export const get = async <T>(path: string, why?: Why): Promise<T> => (await send('GET', path, undefined, why)).json()
export const text = async (path: string, why?: Why): Promise<string> => (await send('GET', path, undefined, why)).text()
export const bytes = async (path: string): Promise<Uint8Array> => new Uint8Array(await (await send('GET', path)).arrayBuffer())
export const post = async <T>(path: string, body: unknown, why?: Why): Promise<T> => (await send('POST', path, body, why)).json()
/** With a token in the place of a session: as long as nobody can sign in. */
export const postAs = async <T>(token: string, path: string, body: unknown): Promise<T> =>
  (await send('POST', path, body, {}, token)).json()
export const put = async <T>(path: string, body: unknown, why?: Why): Promise<T> => (await send('PUT', path, body, why)).json()
export const patch = async <T>(path: string, body: unknown, why?: Why): Promise<T> =>
  (await send('PATCH', path, body, why)).json()
export const del = async (path: string, body?: unknown): Promise<void> => {
  await send('DELETE', path, body)
}

export const seg = encodeURIComponent

/** Everything that a paged route lists, page after page. */
export const getAll = async <T>(path: string, why?: Why): Promise<T[]> => {
  const all: T[] = []
  let cursor: string | undefined
  do {
    const page: Page<T> = await get<Page<T>>(`${path}${cursor ? `&cursor=${seg(cursor)}` : ''}`, why)
    all.push(...page.items)
    cursor = page.cursor
  } while (cursor)
  return all
}

export const native = '/api/clew/v1'
export const mlflow = '/ajax-api/2.0/mlflow'

/** A query string of what is given. */
export const query = (values: Record<string, string | number | null | undefined>) => {
  const pairs = Object.entries(values).filter(([, v]) => v !== null && v !== undefined && v !== '')
  return pairs.length ? `?${pairs.map(([k, v]) => `${k}=${seg(String(v))}`).join('&')}` : ''
}
