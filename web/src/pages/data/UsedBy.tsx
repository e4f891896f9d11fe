import { Link } from '@tanstack/react-router'
import type { Thread } from '../../api/types.ts'
import { count } from '../../parts/format.ts'
import { Facts } from '../../parts/layout.tsx'
import { decisionsOf, pageOf } from '../../parts/paths.ts'
import { titleOf } from '../thread/model.ts'

const KINDS: [kind: string, title: string][] = [
  ['run', 'Runs'],
  ['logged-model', 'Logged models'],
  ['model-version', 'Model versions'],
  ['deployment', 'Deployments'],
]
const MOST = 6

/** What was made with a version of data, kind by kind; decisions are counted, and listed a press away. */
export function UsedBy({ thread }: { thread: Thread }) {
  const decisions = thread.groups.filter((group) => group.kind === 'decision')
  const ungrouped = decisions.length === 0 ? thread.nodes.filter((node) => node.kind === 'decision') : []
  return (
    <Facts
      of={[
        ...KINDS.map(([kind, title]): [string, React.ReactNode] => {
          const nodes = thread.nodes.slice(1).filter((node) => node.kind === kind)
          return [
            title,
            nodes.length ? (
              <ul key={kind} className="bare-list">
                {nodes.slice(0, MOST).map((node) => (
                  <li key={node.ref}>
                    <Link className="l" to={pageOf(node)}>
                      {titleOf(node)}
                    </Link>
                  </li>
                ))}
                {nodes.length > MOST && <li className="m">and {count(nodes.length - MOST)} more</li>}
              </ul>
            ) : null,
          ]
        }),
        [
          'Decisions',
          decisions.length + ungrouped.length ? (
            <ul key="d" className="bare-list">
              {decisions.map((group) => (
                <li key={group.to}>
                  <Link className="l" to="/ui/decisions" search={decisionsOf(group.to) ?? {}}>
                    {count(group.count)} decisions
                  </Link>
                </li>
              ))}
              {ungrouped.slice(0, MOST).map((node) => (
                <li key={node.ref}>
                  <Link className="l" to={pageOf(node)}>
                    {titleOf(node)}
                  </Link>
                </li>
              ))}
            </ul>
          ) : null,
        ],
      ]}
    />
  )
}
