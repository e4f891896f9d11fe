import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { useRef } from 'react'
import { get, native, seg } from '../api/client.ts'
import type { Thread, ThreadLink, ThreadNode } from '../api/types.ts'
import { count } from '../parts/format.ts'
import { Icon } from '../parts/Icon.tsx'
import { Card, EntryLink, Facts, Failure, Head, Loading, Time, WhyLine } from '../parts/parts.tsx'
import { pageOf, threadOf } from '../parts/ThreadLine.tsx'

type Way = 'up' | 'down' | 'both'

/** Lanes from cause to effect. */
const LANES: [string, string[]][] = [
  [
    'Sources',
    ['commit', 'patch', 'environment', 'image', 'dataset', 'dataset-version', 'field', 'artifact', 'principal', 'policy', 'key'],
  ],
  ['Training', ['experiment', 'run', 'job', 'job-run', 'logged-model', 'validation']],
  ['Models', ['model', 'model-version', 'approval']],
  ['Serving', ['endpoint', 'deployment', 'report']],
  ['Decisions', ['decision', 'explanation', 'feedback', 'redacted']],
]
const WIDTH = 208
const HEIGHT = 44
const GAP_X = 56
const GAP_Y = 14
const PER_LANE = 40

export function ThreadPage() {
  const { kind, id } = useParams({ strict: false }) as { kind: string; id: string }
  const search = useSearch({ strict: false }) as { way?: Way; at?: string }
  const navigate = useNavigate()
  const way = search.way ?? 'up'
  const thread = useQuery({
    queryKey: ['thread', kind, id, way],
    queryFn: () => get<Thread>(`${native}/trace/${seg(kind)}/${seg(id)}?direction=${way}`),
  })
  if (thread.isPending) return <Loading height={600} />
  if (thread.isError) return <Failure error={thread.error} retry={() => void thread.refetch()} />
  const data = thread.data
  const start = data.nodes[0]
  const current = data.nodes.find((node) => node.ref === search.at) ?? start
  const go = (next: { way?: Way; at?: string }) =>
    void navigate({ to: threadOf(`${kind}:${id}`), search: { way, at: search.at, ...next } })
  return (
    <div>
      <Head
        crumbs={['Thread']}
        title={start?.title ?? id}
        sub={
          <>
            {count(data.nodes.length)} things, {count(data.links.length)} links, as of entry {count(data.as_of.seq)}
            {data.truncated && ` · cut short: ${data.reason}`}
          </>
        }
        acts={
          <span className="seg" role="group" aria-label="Direction">
            {(['up', 'down', 'both'] as const).map((each) => (
              <button key={each} type="button" aria-pressed={way === each} onClick={() => go({ way: each })}>
                {each === 'up' ? 'What it rests on' : each === 'down' ? 'What it touches' : 'Both'}
              </button>
            ))}
          </span>
        }
      />
      <div className="g2">
        <div className="stack">
          <Graph thread={data} current={current?.ref} onPick={(ref) => go({ at: ref })} />
          <Card title="Outline" right="the same, for keyboard and screen reader">
            {start && <Outline thread={data} start={start} way={way} />}
          </Card>
        </div>
        <aside className="stack">{current && <Panel node={current} thread={data} />}</aside>
      </div>
    </div>
  )
}

function Panel({ node, thread }: { node: ThreadNode; thread: Thread }) {
  const hops = thread.links.filter((link) => link.from === node.ref || link.to === node.ref)
  const page = pageOf(node)
  return (
    <>
      <Card title={node.title} right={node.kind}>
        <Facts
          of={[
            [
              'Reference',
              <span key="r" className="mono" style={{ overflowWrap: 'anywhere' }}>
                {node.ref}
              </span>,
            ],
            ['State', node.state?.toLowerCase() ?? null],
            ['When', node.time ? <Time key="t" at={node.time} full /> : null],
            ['First entry', <EntryLink key="e" seq={node.seq} />],
            ...Object.entries(node.details).map(([name, value]): [string, string] => [
              name,
              Array.isArray(value) ? value.join(', ') : String(value),
            ]),
          ]}
        />
        <p>
          {!page.startsWith('/ui/thread') && (
            <Link className="btn" to={page}>
              Open its page
            </Link>
          )}{' '}
          <Link className="btn" to={threadOf(node.ref)} search={{ way: 'down' }}>
            If this turned out bad…
          </Link>
        </p>
      </Card>
      {hops.length > 0 && (
        <Card title="Hops, each proven by an entry">
          {hops.slice(0, 30).map((hop) => (
            <div key={`${hop.from} ${hop.rel} ${hop.to}`} className="s" style={{ padding: '3px 0' }}>
              {name(thread, hop.from)} <span className="m">—{hop.rel}→</span> {name(thread, hop.to)} <EntryLink seq={hop.seq} />
            </div>
          ))}
        </Card>
      )}
      {node.history.length > 0 && (
        <Card title="What happened to it">
          {node.history.map((each) => (
            <WhyLine
              key={`${each.seq}-${each.act}`}
              who={each.who}
              did={each.act}
              at={each.time}
              seq={each.seq}
              code={each.why}
              reason={each.reason}
            />
          ))}
        </Card>
      )}
    </>
  )
}

const name = (thread: Thread, ref: string) => thread.nodes.find((node) => node.ref === ref)?.title ?? ref

interface Placed {
  node: ThreadNode
  x: number
  y: number
}

const place = (thread: Thread) => {
  const places = new Map<string, Placed>()
  let lane = 0
  let bottom = 0
  const heads: { name: string; x: number; hidden: number }[] = []
  for (const [title, kinds] of LANES) {
    const nodes = thread.nodes.filter((node) => kinds.includes(node.kind))
    if (!nodes.length) continue
    const x = lane * (WIDTH + GAP_X)
    nodes.slice(0, PER_LANE).forEach((node, i) => {
      places.set(node.ref, { node, x, y: 26 + i * (HEIGHT + GAP_Y) })
    })
    heads.push({ name: title, x, hidden: Math.max(0, nodes.length - PER_LANE) })
    bottom = Math.max(bottom, 26 + Math.min(nodes.length, PER_LANE) * (HEIGHT + GAP_Y))
    lane++
  }
  return { places, heads, width: Math.max(1, lane) * (WIDTH + GAP_X) - GAP_X, height: bottom + 20 }
}

/** Lanes of kinds with right-angled lines; a click opens the panel. */
function Graph({ thread, current, onPick }: { thread: Thread; current: string | undefined; onPick: (ref: string) => void }) {
  const svg = useRef<SVGSVGElement>(null)
  const { places, heads, width, height } = place(thread)
  const save = () => {
    if (!svg.current) return
    const copy = svg.current.cloneNode(true) as SVGSVGElement
    copy.setAttribute('xmlns', 'http://www.w3.org/2000/svg')
    const url = URL.createObjectURL(new Blob([new XMLSerializer().serializeToString(copy)], { type: 'image/svg+xml' }))
    const link = document.createElement('a')
    link.href = url
    link.download = 'thread.svg'
    link.click()
    URL.revokeObjectURL(url)
  }
  return (
    <Card
      title="Graph"
      flush
      right={
        <button type="button" className="btn sm" onClick={save}>
          <Icon name="download" /> SVG
        </button>
      }
    >
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard */}
      <section className="graph" tabIndex={0} aria-label="Graph of the thread">
        <svg
          ref={svg}
          width={width + 2}
          height={height}
          viewBox={`-1 0 ${width + 2} ${height}`}
          role="group"
          aria-label="Things and their links"
        >
          {heads.map((head) => (
            <text key={head.name} className="k" x={head.x} y={14}>
              {head.name}
              {head.hidden > 0 && ` · ${head.hidden} more in the outline`}
            </text>
          ))}
          {thread.links.map((link) => (
            <Line key={`${link.from} ${link.rel} ${link.to}`} link={link} places={places} />
          ))}
          {[...places.values()].map(({ node, x, y }) => (
            // biome-ignore lint/a11y/useValidAnchor: an SVG anchor is how a shape becomes a link
            <a
              key={node.ref}
              href={threadOf(node.ref)}
              className={node.ref === current ? 'cur' : ''}
              aria-label={`${node.kind} ${node.title}`}
              onClick={(e) => {
                e.preventDefault()
                onPick(node.ref)
              }}
            >
              <rect x={x} y={y} width={WIDTH} height={HEIGHT} rx={6} />
              <text x={x + 10} y={y + 18}>
                {cut(node.title, 30)}
              </text>
              <text className="k" x={x + 10} y={y + 34}>
                {node.kind}
                {node.state ? ` · ${node.state.toLowerCase()}` : ''}
              </text>
            </a>
          ))}
        </svg>
      </section>
    </Card>
  )
}

const cut = (text: string, most: number) => (text.length > most ? `${text.slice(0, most - 1)}…` : text)

function Line({ link, places }: { link: ThreadLink; places: Map<string, Placed> }) {
  const from = places.get(link.to)
  const to = places.get(link.from)
  if (!from || !to) return null
  const right = from.x <= to.x
  const x1 = from.x === to.x ? from.x + WIDTH : right ? from.x + WIDTH : from.x
  const x2 = from.x === to.x ? to.x + WIDTH : right ? to.x : to.x + WIDTH
  const y1 = from.y + HEIGHT / 2
  const y2 = to.y + HEIGHT / 2
  const middle = from.x === to.x ? x1 + 16 : (x1 + x2) / 2
  return (
    <path d={`M${x1} ${y1}H${middle}V${y2}H${x2}`}>
      <title>{link.rel}</title>
    </path>
  )
}

function Outline({ thread, start, way }: { thread: Thread; start: ThreadNode; way: Way }) {
  const seen = new Set<string>()
  const draw = (ref: string, up: boolean, first: boolean) => {
    const node = thread.nodes.find((each) => each.ref === ref)
    if (!node) return null
    const again = seen.has(ref)
    seen.add(ref)
    const hops = again ? [] : thread.links.filter((link) => (up && link.from === ref) || ((!up || first) && link.to === ref))
    const groups = again ? [] : thread.groups.filter((group) => group.to === ref)
    return (
      <>
        <Icon name={node.kind} size={13} />{' '}
        <Link className="l" to={pageOf(node)}>
          {node.title}
        </Link>{' '}
        <span className="m s">{node.kind}</span>
        {again && <span className="m s"> (above)</span>}
        {(hops.length > 0 || groups.length > 0) && (
          <ul>
            {hops.map((hop) => {
              const toCause = hop.from === ref && up
              return (
                <li key={`${hop.from} ${hop.rel} ${hop.to}`}>
                  <span className="rel">
                    {toCause ? `${hop.rel} →` : `← ${hop.rel}`} <EntryLink seq={hop.seq} />{' '}
                  </span>
                  {draw(toCause ? hop.to : hop.from, toCause, false)}
                </li>
              )
            })}
            {groups.map((group) => (
              <li key={group.kind + group.rel}>
                <span className="rel">← {group.rel} </span>
                {count(group.count)} {group.kind}s in all
              </li>
            ))}
          </ul>
        )}
      </>
    )
  }
  return (
    <ul className="outline">
      <li>{draw(start.ref, way !== 'down', true)}</li>
    </ul>
  )
}
