import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { get, native, seg } from '../../api/client.ts'
import type { Thread, ThreadNode } from '../../api/types.ts'
import { useWhy } from '../../app/why.ts'
import { actWords } from '../../parts/acts.ts'
import { count } from '../../parts/format.ts'
import { Icon } from '../../parts/Icon.tsx'
import { Card, Facts } from '../../parts/layout.tsx'
import { Copy, EntryLink, Time } from '../../parts/marks.tsx'
import { decisionsOf, pageOf, threadOf } from '../../parts/paths.ts'
import { Loading } from '../../parts/states.tsx'
import { callsForReason, WhyLine } from '../../parts/WhyLine.tsx'
import { kindOf, titleOf } from './model.ts'

const HOPS = 30
const EVENTS = 12

/** One thing of the thread: what it is, the hops to it, what would follow if it were bad, what happened to it. */
export function Panel({ node, thread, isStart }: { node: ThreadNode; thread: Thread; isStart: boolean }) {
  const names = new Map(thread.nodes.map((each) => [each.ref, titleOf(each)]))
  const hops = thread.links.filter((link) => link.from === node.ref || link.to === node.ref)
  const page = pageOf(node)
  return (
    <>
      <Card
        title={
          <>
            <Icon name={node.kind} /> {titleOf(node)}
          </>
        }
      >
        <Facts
          of={[
            ['Kind', kindOf(node.kind)],
            ['State', node.state?.toLowerCase() ?? null],
            ['When', node.time ? <Time key="t" at={node.time} full /> : null],
            ['First entry', node.seq === undefined ? null : <EntryLink key="e" seq={node.seq} />],
            ...Object.entries(node.details).map(([name, value]): [string, string] => [
              name.replace(/_/g, ' '),
              Array.isArray(value) ? value.join(', ') : String(value),
            ]),
            [
              'Id',
              <span key="r" className="mono brk">
                {node.id}
                <Copy text={node.ref} label="reference" />
              </span>,
            ],
          ]}
        />
        <p className="row">
          {!page.startsWith('/ui/thread') && (
            <Link className="btn" to={page}>
              Open
            </Link>
          )}
          {!isStart && (
            <Link className="btn" to={threadOf(node.ref)}>
              Begin here
            </Link>
          )}
        </p>
      </Card>
      {!['decision', 'feedback', 'explanation', 'principal'].includes(node.kind) && <IfBad node={node} />}
      {hops.length > 0 && (
        <Card title="Hops" right="each proven by an entry">
          <ul className="hops">
            {hops.slice(0, HOPS).map((hop) => (
              <li key={`${hop.from} ${hop.rel} ${hop.to}`}>
                <span>
                  {hop.from === node.ref ? 'this' : (names.get(hop.from) ?? hop.from)} <i>{hop.rel}</i>{' '}
                  {hop.to === node.ref ? 'this' : (names.get(hop.to) ?? hop.to)}
                </span>
                <EntryLink seq={hop.seq} />
              </li>
            ))}
          </ul>
          {hops.length > HOPS && <p className="m">{count(hops.length - HOPS)} more stand in the outline.</p>}
        </Card>
      )}
      {node.history.length > 0 && (
        <Card title="What happened to it" right={node.history.length > EVENTS ? `${EVENTS} of ${node.history.length}` : ''}>
          {node.history
            .toReversed()
            .slice(0, EVENTS)
            .map((each) => (
              <WhyLine
                key={`${each.seq}-${each.act}`}
                who={each.who}
                did={`${actWords(each.act)} it`}
                at={each.time}
                seq={each.seq}
                code={each.why}
                reason={each.reason}
                called={callsForReason(each.act)}
              />
            ))}
        </Card>
      )}
    </>
  )
}

/** How much rests on it. */
function IfBad({ node }: { node: ThreadNode }) {
  const why = useWhy()
  const found = useQuery({
    queryKey: ['thread', node.ref, 'effects', why],
    queryFn: () => get<Thread>(`${native}/trace/${seg(node.kind)}/${seg(node.id)}?direction=down&depth=12`, why),
    retry: false,
  })
  if (found.isPending) return <Loading height={120} />
  if (found.isError) return null
  const tally = new Map<string, number>()
  const grouped = new Set(found.data.groups.map((group) => `${group.kind} ${group.to} ${group.rel}`))
  const inGroup = new Set(
    found.data.links
      .filter((link) => grouped.has(`${link.from.slice(0, link.from.indexOf(':'))} ${link.to} ${link.rel}`))
      .map((link) => link.from),
  )
  for (const each of found.data.nodes.slice(1)) if (!inGroup.has(each.ref)) tally.set(each.kind, (tally.get(each.kind) ?? 0) + 1)
  for (const group of found.data.groups) tally.set(group.kind, (tally.get(group.kind) ?? 0) + group.count)
  const names = new Map(found.data.nodes.map((each) => [each.ref, titleOf(each)]))
  const lists = found.data.groups.flatMap((group) => {
    const list = group.kind === 'decision' ? decisionsOf(group.to) : null
    return list ? [{ group, list }] : []
  })
  const kinds = ['run', 'model-version', 'deployment', 'decision'].filter((kind) => tally.has(kind))
  return (
    <Card title="If this turned out bad">
      {kinds.length === 0 ? (
        <p className="m">Nothing rests on it.</p>
      ) : (
        <ul className="tally">
          {kinds.map((kind) => (
            <li key={kind}>
              <b className="num">{count(tally.get(kind) ?? 0)}</b> {kindOf(kind)}
              {tally.get(kind) === 1 ? '' : 's'}
            </li>
          ))}
        </ul>
      )}
      {lists.length > 0 && (
        <ul className="bare-list s">
          {lists.map(({ group, list }) => (
            <li key={group.to}>
              <Link className="l" to="/ui/decisions" search={list}>
                {count(group.count)} decisions
              </Link>{' '}
              <span className="m">by {names.get(group.to) ?? group.to}</span>
            </li>
          ))}
        </ul>
      )}
      {kinds.length > 0 && (
        <p>
          <Link className="btn" to={threadOf(node.ref)} search={{ way: 'down' }}>
            Show all effects
          </Link>
        </p>
      )}
    </Card>
  )
}
