// What is drawn of a thread: people aside, alike things stacked.
import type { Thread, ThreadLink, ThreadNode } from '../../api/types.ts'

/** Lanes from cause to effect. */
export const LANES: [title: string, kinds: string[]][] = [
  [
    'Code and data',
    ['commit', 'patch', 'environment', 'image', 'dataset', 'dataset-version', 'field', 'policy', 'key', 'principal'],
  ],
  ['Training', ['experiment', 'run', 'job', 'job-run', 'logged-model', 'artifact', 'validation']],
  ['Models', ['model', 'model-version', 'approval']],
  ['Serving', ['endpoint', 'deployment', 'report']],
  ['Decisions', ['decision', 'explanation', 'feedback', 'redacted']],
]

/** Alike things beyond this many stand as one. */
const ALIKE = 3

export interface Shown {
  key: string
  kind: string
  title: string
  state: string | undefined
  /** The thing, or null for several that stand as one. */
  node: ThreadNode | null
  /** How many it stands for. */
  count: number
}

export interface Hop {
  from: string
  to: string
  rel: string
}

export const titleOf = (node: ThreadNode): string => {
  if (node.kind === 'commit') return node.id.replace(/^commit:/, '').slice(0, 10)
  if (node.kind === 'decision') return node.title.replace(/^decided: /, '')
  if (node.kind === 'approval') return node.title.replace(/^approval of (.*)\/(\d+)$/, 'approval of $1 v$2')
  if (node.kind === 'deployment') return node.title.replace(/\/(\d+) at /, ' v$1 at ')
  if (node.kind === 'model-version') return node.title.replace(/\/(\d+)$/, ' v$1')
  return node.title
}

export const kindOf = (kind: string) => kind.replace(/-/g, ' ')

/** Whoever acted stands in each hop's entry and in the panel, not as a thing of its own, unless the thread begins there. */
export const withoutPeople = (thread: Thread): Thread => {
  const start = thread.nodes[0]?.ref
  const hidden = new Set(thread.nodes.filter((node) => node.kind === 'principal' && node.ref !== start).map((node) => node.ref))
  return {
    ...thread,
    nodes: thread.nodes.filter((node) => !hidden.has(node.ref)),
    links: thread.links.filter((link) => !hidden.has(link.from) && !hidden.has(link.to)),
  }
}

/**
 * Things of one kind with the same links become one stack, with what hangs on each of them alone. Groups that the server counted stand
 * as a stack too.
 */
export const stacked = (thread: Thread, keep: Set<string>, opened: Set<string>): { shown: Shown[]; hops: Hop[] } => {
  const around = new Map<string, ThreadLink[]>()
  for (const link of thread.links) {
    for (const end of [link.from, link.to]) {
      const links = around.get(end)
      if (links) links.push(link)
      else around.set(end, [link])
    }
  }
  const kinds = new Map(thread.nodes.map((node) => [node.ref, node.kind]))
  const isLeaf = (ref: string) => (around.get(ref)?.length ?? 0) < 2
  const signature = (node: ThreadNode) =>
    (around.get(node.ref) ?? [])
      .map((link) => {
        const other = link.from === node.ref ? link.to : link.from
        return `${link.from === node.ref ? '>' : '<'}${link.rel} ${isLeaf(other) && !isLeaf(node.ref) ? kinds.get(other) : other}`
      })
      .filter((each, i, all) => all.indexOf(each) === i)
      .sort()
      .join('|')
  const families = new Map<string, ThreadNode[]>()
  for (const node of thread.nodes) {
    if (keep.has(node.ref)) continue
    const key = `${node.kind}:${signature(node)}`
    const family = families.get(key)
    if (family) family.push(node)
    else families.set(key, [node])
  }
  const inStack = new Map<string, string>()
  const stacks = new Map<string, Shown>()
  for (const family of families.values()) {
    const first = family[0]
    if (!first || family.length <= ALIKE || inStack.has(first.ref)) continue
    const key = `stack:${first.ref}`
    if (opened.has(key)) continue
    stacks.set(key, {
      key,
      kind: first.kind,
      title: `${family.length} × ${kindOf(first.kind)}`,
      state: undefined,
      node: null,
      count: family.length,
    })
    for (const node of family) inStack.set(node.ref, key)
  }
  // What hangs on a stacked thing alone goes with it.
  for (const node of thread.nodes) {
    if (inStack.has(node.ref) || keep.has(node.ref) || !isLeaf(node.ref)) continue
    const link = around.get(node.ref)?.[0]
    const stack = link && inStack.get(link.from === node.ref ? link.to : link.from)
    if (stack) inStack.set(node.ref, stack)
  }
  const shown: Shown[] = thread.nodes
    .filter((node) => !inStack.has(node.ref))
    .map((node) => ({ key: node.ref, kind: node.kind, title: titleOf(node), state: node.state, node, count: 1 }))
  shown.push(...stacks.values())
  const hops = new Map<string, Hop>()
  const at = (ref: string) => inStack.get(ref) ?? ref
  for (const link of thread.links) {
    const hop = { from: at(link.from), to: at(link.to), rel: link.rel }
    if (hop.from !== hop.to) hops.set(`${hop.from} ${hop.to}`, hop)
  }
  for (const group of thread.groups) {
    const drawn = thread.links.filter(
      (link) => link.to === group.to && link.rel === group.rel && kinds.get(link.from) === group.kind,
    )
    const stack = drawn.map((link) => inStack.get(link.from)).find((key) => key !== undefined)
    const known = stack && stacks.get(stack)
    if (known) {
      known.count = Math.max(known.count, group.count)
      known.title = `${known.count} × ${kindOf(group.kind)}`
      continue
    }
    const rest = group.count - drawn.length
    if (rest <= 0) continue
    const key = `group:${group.kind} ${group.to}`
    shown.push({ key, kind: group.kind, title: `${rest} more`, state: undefined, node: null, count: rest })
    hops.set(key, { from: key, to: at(group.to), rel: group.rel })
  }
  return { shown, hops: [...hops.values()] }
}
