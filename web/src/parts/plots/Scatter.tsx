import { useNavigate } from '@tanstack/react-router'
import { useMemo, useState } from 'react'
import { number } from '../format.ts'
import { Levels } from './Levels.tsx'
import { type Mark, numberOf, Plot, plain } from './Plot.tsx'
import { scaleOf } from './scale.ts'

const HEIGHT = 420
const LEFT = 58
const BOTTOM = 40
const NEAR = 24

/** Two numbers of each run against each other; the nearest run is named, a press opens it. */
export function Scatter({ marks, x, y }: { marks: Mark[]; x: string; y: string }) {
  const navigate = useNavigate()
  const [near, setNear] = useState<Mark | null>(null)
  const points = useMemo(
    () =>
      marks
        .map((mark) => ({ mark, x: numberOf(mark, x), y: numberOf(mark, y) }))
        .filter((point) => Number.isFinite(point.x) && Number.isFinite(point.y)),
    [marks, x, y],
  )
  return (
    <Plot
      title={`${plain(y)} against ${plain(x)}`}
      label={`${plain(y)} against ${plain(x)} of ${points.length} runs`}
      height={HEIGHT}
      marks={points.map((point) => point.mark)}
      columns={[x, y]}
      said={near ? `${near.name} · ${plain(x)} ${number(numberOf(near, x))} · ${plain(y)} ${number(numberOf(near, y))}` : ''}
    >
      {(width) => {
        const across = scaleOf(
          points.map((point) => point.x),
          LEFT,
          width - 14,
        )
        const up = scaleOf(
          points.map((point) => point.y),
          HEIGHT - BOTTOM,
          8,
        )
        const nearest = (e: React.MouseEvent<SVGRectElement>) => {
          const box = e.currentTarget.ownerSVGElement?.getBoundingClientRect()
          if (!box) return null
          let best: Mark | null = null
          let least = NEAR ** 2
          for (const point of points) {
            const far = (across.at(point.x) - e.clientX + box.left) ** 2 + (up.at(point.y) - e.clientY + box.top) ** 2
            if (far < least) {
              least = far
              best = point.mark
            }
          }
          return best
        }
        return (
          <>
            <Levels scale={up} left={LEFT} right={width - 14} />
            {across.ticks.map((tick) => (
              <text key={tick} className="tk c" x={across.at(tick)} y={HEIGHT - BOTTOM + 18}>
                {number(tick, 3)}
              </text>
            ))}
            <text className="tk c" x={(LEFT + width) / 2} y={HEIGHT - 6}>
              {plain(x)}
            </text>
            {points.map(({ mark, ...point }) => (
              <circle
                key={mark.id}
                className={`pt ${mark === near ? 'on' : ''}`}
                cx={across.at(point.x)}
                cy={up.at(point.y)}
                r={mark === near ? 6 : 4}
              />
            ))}
            {/* biome-ignore lint/a11y/noStaticElementInteractions: the same runs are in the table, by keyboard */}
            <rect
              x={0}
              y={0}
              width={width}
              height={HEIGHT}
              fill="transparent"
              onMouseMove={(e) => setNear(nearest(e))}
              onMouseLeave={() => setNear(null)}
              onClick={(e) => {
                const mark = nearest(e)
                if (mark) void navigate({ to: `/ui/runs/${mark.id}` })
              }}
            />
          </>
        )
      }}
    </Plot>
  )
}
