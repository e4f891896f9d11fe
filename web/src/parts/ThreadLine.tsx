import { Link } from '@tanstack/react-router'
import type { Thread, ThreadNode } from '../api/types.ts'
import { count } from './format.ts'
import { Icon, ProofGlyph } from './Icon.tsx'
import { Time } from './marks.tsx'

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

export function ThreadLine({ thread, current }: { thread: Thread; current: string }) {
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
                  {node.time && <Time at={node.time} />}{' '}
                  <ProofGlyph state={node.state === 'erased' ? 'erased' : node.seq === null ? 'recorded' : 'signed'} size={12} />
                </span>
              </Link>
            </li>
          )
        })}
      </ol>
    </nav>
  )
}

/** The page that shows a thing; things without a page of their own are shown in the thread. */
export const pageOf = (node: { kind: string; id: string; ref: string }): string => {
  const id = encodeURIComponent(node.id)
  switch (node.kind) {
    case 'decision':
      return `/ui/decisions/${id}`
    case 'run':
      return `/ui/runs/${id}`
    case 'experiment':
      return `/ui/experiments/${id}`
    case 'model':
      return `/ui/models/${id}`
    case 'model-version': {
      const slash = node.id.lastIndexOf('/')
      return slash > 0
        ? `/ui/models/${encodeURIComponent(node.id.slice(0, slash))}/${encodeURIComponent(node.id.slice(slash + 1))}`
        : threadOf(node.ref)
    }
    case 'dataset':
      return `/ui/data/${id}`
    case 'deployment':
      return '/ui/deployments'
    case 'approval':
      return '/ui/approvals'
    default:
      return threadOf(node.ref)
  }
}

export const threadOf = (ref: string) => {
  const colon = ref.indexOf(':')
  return `/ui/thread/${ref.slice(0, colon)}/${encodeURIComponent(ref.slice(colon + 1))}`
}
