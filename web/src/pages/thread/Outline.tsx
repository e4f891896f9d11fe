import { Link } from '@tanstack/react-router'
import { type ReactNode, useState } from 'react'
import type { Thread, ThreadGroup, ThreadLink, ThreadNode } from '../../api/types.ts'
import { count } from '../../parts/format.ts'
import { Icon } from '../../parts/Icon.tsx'
import { EntryLink } from '../../parts/marks.tsx'
import { decisionsOf, pageOf } from '../../parts/paths.ts'
import { kindOf, titleOf } from './model.ts'

/** Hops of one thing that are written at once; the others unfold. */
const FIRST = 12

/** The thread as nested lists: the same things and hops as the graph, for keyboard and screen reader. */
export function Outline({ thread, start, up }: { thread: Thread; start: ThreadNode; up: boolean }) {
  const [unfolded, setUnfolded] = useState<Set<string>>(new Set())
  const nodes = new Map(thread.nodes.map((node) => [node.ref, node]))
  const causes = new Map<string, ThreadLink[]>()
  const effects = new Map<string, ThreadLink[]>()
  for (const link of thread.links) {
    gather(causes, link.from, link)
    gather(effects, link.to, link)
  }
  const seen = new Set<string>()
  const draw = (ref: string, toCauses: boolean, isFirst: boolean): ReactNode => {
    const node = nodes.get(ref)
    if (!node) return null
    const isAgain = seen.has(ref)
    seen.add(ref)
    const hops: [link: ThreadLink, toCause: boolean][] = isAgain
      ? []
      : [
          ...(toCauses ? (causes.get(ref) ?? []) : []).map((link): [ThreadLink, boolean] => [link, true]),
          ...(!toCauses || isFirst ? (effects.get(ref) ?? []) : []).map((link): [ThreadLink, boolean] => [link, false]),
        ]
    const shown = unfolded.has(ref) ? hops : hops.slice(0, FIRST)
    const groups = isAgain ? [] : thread.groups.filter((group) => group.to === ref)
    return (
      <>
        <Icon name={node.kind} size={13} />{' '}
        <Link className="l" to={pageOf(node)}>
          {titleOf(node)}
        </Link>{' '}
        <span className="m s">
          {kindOf(node.kind)}
          {node.state && `, ${node.state.toLowerCase()}`}
          {isAgain && ' (above)'}
        </span>
        {(hops.length > 0 || groups.length > 0) && (
          <ul>
            {shown.map(([hop, toCause]) => (
              <li key={`${hop.from} ${hop.rel} ${hop.to}`}>
                <span className="rel">
                  {toCause ? `${hop.rel} →` : `← ${hop.rel}`} <EntryLink seq={hop.seq} bare />{' '}
                </span>
                {draw(toCause ? hop.to : hop.from, toCause, false)}
              </li>
            ))}
            {hops.length > shown.length && (
              <li>
                <button type="button" className="l" onClick={() => setUnfolded(new Set([...unfolded, ref]))}>
                  {count(hops.length - shown.length)} more
                </button>
              </li>
            )}
            {groups.map((group) => (
              <li key={group.kind + group.rel}>
                <span className="rel">← {group.rel} </span>
                <Counted of={group} />
              </li>
            ))}
          </ul>
        )}
      </>
    )
  }
  return (
    <ul className="outline">
      <li>{draw(start.ref, up, true)}</li>
    </ul>
  )
}

/** So many in all; decisions of a deployment can be listed. */
function Counted({ of: { kind, to, count: n } }: { of: ThreadGroup }) {
  const list = kind === 'decision' ? decisionsOf(to) : null
  const words = `${count(n)} ${kindOf(kind)}s in all`
  return list ? (
    <Link className="l" to="/ui/decisions" search={list}>
      {words}
    </Link>
  ) : (
    words
  )
}

const gather = (links: Map<string, ThreadLink[]>, ref: string, link: ThreadLink) => {
  const known = links.get(ref)
  if (known) known.push(link)
  else links.set(ref, [link])
}
