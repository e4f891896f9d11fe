import { Link } from '@tanstack/react-router'
import type { Thread, ThreadLink, ThreadNode } from '../api/types.ts'
import { count } from './format.ts'
import { Icon, ProofGlyph } from './Icon.tsx'
import { Time } from './marks.tsx'
import { pageOf, threadOf } from './paths.ts'
import { Loading } from './states.tsx'

/** Pixels of a line of stations. */
const HEIGHT = 79

const ORDER = ['dataset-version', 'run', 'model-version', 'approval', 'deployment', 'decision', 'feedback']
const RELATION: Record<string, string> = {
  run: 'trained',
  'model-version': 'registered as',
  approval: 'approved',
  deployment: 'deployed',
  decision: 'decided',
  feedback: 'answered by',
}

interface Station {
  kind: string
  node: ThreadNode
  count: number
}

/** One station a kind, causes left, effects right; several of a kind stack, counted as the server counts them. */
export const stations = (thread: Thread): Station[] => {
  const byKind = new Map<string, ThreadNode[]>()
  for (const node of thread.nodes) byKind.set(node.kind, [...(byKind.get(node.kind) ?? []), node])
  return ORDER.flatMap((kind) => {
    const nodes = byKind.get(kind)
    const first = nodes?.[0]
    if (!first) return []
    const inAll = thread.groups.filter((group) => group.kind === kind).reduce((sum, group) => sum + group.count, 0)
    return [{ kind, node: first, count: Math.max(nodes.length, inAll) }]
  })
}

const label = ({ kind, node, count: n }: Station) => {
  if (n > 1) return `${count(n)} ${kind === 'feedback' ? 'answers' : `${kind.replace(/-/g, ' ')}s`}`
  return node.title
    .replace(/^(decided: |approval of )/, '')
    .replace(/^(.*)\/(\d+)( at .*)?$/, (_, name, version, at) => (at ? at.slice(4) : `${name} v${version}`))
}

/** Records have no entry of their own: the one that holds them stands at their hops. */
const proofOf = (node: ThreadNode, { links }: Thread) => {
  if (node.state === 'erased') return 'erased'
  const isIn = (link: ThreadLink) => link.from === node.ref && link.seq !== undefined
  return node.seq !== undefined || links.some(isIn) ? 'signed' : 'recorded'
}

export function ThreadLine({ thread, isComing, current }: { thread: Thread | undefined; isComing: boolean; current: string }) {
  // What stands below does not move when it comes.
  if (!thread)
    return isComing ? (
      <div className="thread">
        <Loading height={HEIGHT} />
      </div>
    ) : null
  const line = stations(thread)
  if (line.length < 2) return null
  return (
    <nav className="thread" aria-label={`Thread of ${current}`}>
      <ol>
        {line.map((station, i) => {
          const { kind, node } = station
          return (
            <li key={kind} className={node.ref === current || node.kind === current ? 'cur' : ''}>
              {i > 0 && <span className="rel">{RELATION[kind]}</span>}
              <Link
                to={station.count > 1 ? threadOf(current) : pageOf(node)}
                aria-current={node.ref === current ? 'page' : undefined}
              >
                <span className="stn">
                  <Icon name={kind} size={14} />
                </span>
                <span className="tt" title={node.title}>
                  {label(station)}
                </span>
                <span className="tm">
                  {node.time && <Time at={node.time} />} <ProofGlyph state={proofOf(node, thread)} size={12} />
                </span>
              </Link>
            </li>
          )
        })}
      </ol>
    </nav>
  )
}
