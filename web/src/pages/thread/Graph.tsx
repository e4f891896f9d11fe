import { useMemo, useRef } from 'react'
import type { Thread } from '../../api/types.ts'
import { Icon } from '../../parts/Icon.tsx'
import { Card } from '../../parts/layout.tsx'
import { threadOf } from '../../parts/paths.ts'
import { savePng, saveSvg } from '../../parts/saveSvg.ts'
import { HEIGHT, lineOf, plan, WIDTH } from './layout.ts'
import { kindOf, type Shown, stacked } from './model.ts'

/** Lanes of kinds with right-angled lines. A click opens the panel, on a stack its things. */
export function Graph({
  thread,
  current,
  opened,
  onPick,
  onOpen,
}: {
  thread: Thread
  current: string
  opened: Set<string>
  onPick: (ref: string) => void
  onOpen: (stack: string) => void
}) {
  const svg = useRef<SVGSVGElement>(null)
  const start = thread.nodes[0]?.ref ?? current
  const { places, heads, width, height, hops } = useMemo(() => {
    const { shown, hops } = stacked(thread, new Set([start, current]), opened)
    return { ...plan(shown, hops), hops }
  }, [thread, start, current, opened])
  return (
    <Card
      title="Graph"
      flush
      right={
        <>
          <button type="button" className="btn sm" onClick={() => svg.current && saveSvg(svg.current, 'thread')}>
            <Icon name="download" /> SVG
          </button>
          <button type="button" className="btn sm" onClick={() => svg.current && void savePng(svg.current, 'thread')}>
            <Icon name="download" /> PNG
          </button>
        </>
      }
    >
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard */}
      <section className="graph" tabIndex={0} aria-label="Graph of the thread">
        <svg
          ref={svg}
          width={width + 16}
          height={height + 8}
          viewBox={`-2 0 ${width + 16} ${height + 8}`}
          role="group"
          aria-label="Things and their links"
        >
          {heads.map((head) => (
            <text key={head.name} className="k" x={head.x} y={12}>
              {head.name}
              {head.hidden > 0 && ` · ${head.hidden} more below`}
            </text>
          ))}
          {hops.map((hop) => {
            const from = places.get(hop.to)
            const to = places.get(hop.from)
            if (!from || !to) return null
            const isHere = hop.from === current || hop.to === current
            return (
              <path key={`${hop.from} ${hop.to}`} className={isHere ? 'hop here' : 'hop'} d={lineOf(from, to)}>
                <title>{hop.rel}</title>
              </path>
            )
          })}
          {[...places.values()].map(({ shown, x, y }) => (
            <Thing
              key={shown.key}
              shown={shown}
              x={x}
              y={y}
              mark={shown.key === start ? 'start' : shown.key === current ? 'cur' : ''}
              onClick={() => {
                if (shown.node) onPick(shown.key)
                else if (shown.key.startsWith('stack:')) onOpen(shown.key)
                else onPick(shown.key.slice(shown.key.indexOf(' ') + 1))
              }}
            />
          ))}
        </svg>
      </section>
    </Card>
  )
}

function Thing({ shown, x, y, mark, onClick }: { shown: Shown; x: number; y: number; mark: string; onClick: () => void }) {
  const below = [kindOf(shown.kind), shown.state?.toLowerCase()].filter(Boolean).join(' · ')
  return (
    // biome-ignore lint/a11y/useValidAnchor: an SVG anchor is how a shape becomes a link
    <a
      href={shown.node ? threadOf(shown.node.ref) : '#main'}
      className={mark}
      onClick={(e) => {
        e.preventDefault()
        onClick()
      }}
    >
      <title>{`${shown.title} · ${below}`}</title>
      {!shown.node && <rect x={x + 4} y={y + 4} width={WIDTH} height={HEIGHT} rx={6} />}
      <rect x={x} y={y} width={WIDTH} height={HEIGHT} rx={6} />
      <g transform={`translate(${x + 9} ${y + 7})`}>
        <Icon name={shown.kind} size={13} />
      </g>
      <text x={x + 27} y={y + 18}>
        {middle(shown.title, 15)}
      </text>
      <text className="k" x={x + 27} y={y + 33}>
        {middle(shown.node ? below : `${below}, stacked`, 19)}
      </text>
    </a>
  )
}

/** Begin and end tell more than the begin alone. */
const middle = (text: string, most: number) =>
  text.length > most ? `${text.slice(0, Math.ceil(most * 0.6) - 1)}…${text.slice(-Math.floor(most * 0.4))}` : text
