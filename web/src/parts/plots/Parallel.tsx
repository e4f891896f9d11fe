import { useMemo, useState } from 'react'
import { number } from '../format.ts'
import { type Mark, numberOf, Plot, plain } from './Plot.tsx'
import { type Scale, scaleOf } from './scale.ts'

const HEIGHT = 420
const TOP = 40
const SIDE = 64

interface Axis {
  column: string
  at: (mark: Mark) => number | null
  ticks: { text: string; y: number }[]
}

/** Numbers on a scale, words at equal distances. */
const axisOf = (marks: Mark[], column: string): Axis => {
  const values = marks.map((mark) => numberOf(mark, column))
  const isNumeric = marks.every((mark, i) => mark.of(column) === undefined || Number.isFinite(values[i]))
  if (isNumeric) {
    const scale: Scale = scaleOf(values, HEIGHT - 16, TOP)
    return {
      column,
      at: (mark) => {
        const value = numberOf(mark, column)
        return Number.isFinite(value) ? scale.at(value) : null
      },
      ticks: scale.ticks.map((tick) => ({ text: number(tick, 3), y: scale.at(tick) })),
    }
  }
  const words = [...new Set(marks.map((mark) => String(mark.of(column) ?? '–')))].sort()
  const step = (HEIGHT - 16 - TOP) / Math.max(1, words.length - 1)
  const places = new Map(words.map((word, i) => [word, TOP + i * step]))
  return {
    column,
    at: (mark) => places.get(String(mark.of(column) ?? '–')) ?? null,
    ticks: words.length <= 12 ? words.map((text) => ({ text: text.slice(0, 14), y: places.get(text) ?? 0 })) : [],
  }
}

/** Each run a line through its parameters to its result; the line under the pointer is named. */
export function Parallel({ marks, columns, colouredBy }: { marks: Mark[]; columns: string[]; colouredBy: string }) {
  const [near, setNear] = useState<Mark | null>(null)
  const axes = useMemo(() => columns.map((column) => axisOf(marks, column)), [marks, columns])
  const tint = useMemo(
    () =>
      scaleOf(
        marks.map((mark) => numberOf(mark, colouredBy)),
        0,
        100,
        0,
      ),
    [marks, colouredBy],
  )
  return (
    <Plot
      title={`Parameters and ${plain(colouredBy)}`}
      label={`${marks.length} runs as lines through ${columns.map(plain).join(', ')}`}
      height={HEIGHT}
      marks={marks}
      columns={columns}
      said={near ? `${near.name} · ${columns.map((column) => `${plain(column)} ${near.of(column) ?? '–'}`).join(' · ')}` : ''}
    >
      {(width) => {
        const step = (width - 2 * SIDE) / Math.max(1, axes.length - 1)
        const path = (mark: Mark) =>
          axes
            .flatMap((axis, i) => {
              const y = axis.at(mark)
              return y === null ? [] : [`${(SIDE + i * step).toFixed(1)},${y.toFixed(1)}`]
            })
            .join(' ')
        const colour = (mark: Mark) => {
          const share = tint.at(numberOf(mark, colouredBy))
          return Number.isFinite(share) ? `color-mix(in oklab, var(--c1) ${share.toFixed(0)}%, var(--c2))` : 'var(--ghost)'
        }
        return (
          <>
            {marks.map((mark) => (
              // biome-ignore lint/a11y/noStaticElementInteractions: the same runs are in the table, by keyboard
              <polyline
                key={mark.id}
                className={`pl ${near === null ? '' : mark === near ? 'on' : 'off'}`}
                points={path(mark)}
                stroke={colour(mark)}
                onMouseEnter={() => setNear(mark)}
                onMouseLeave={() => setNear(null)}
              />
            ))}
            {axes.map((axis, i) => (
              <g key={axis.column}>
                <line className="ax" x1={SIDE + i * step} x2={SIDE + i * step} y1={TOP} y2={HEIGHT - 16} />
                <text className="tk c hd" x={SIDE + i * step} y={TOP - 16}>
                  {axis.column.replace(/^[a-z]+\./, '').slice(0, 22)}
                </text>
                {axis.ticks.map((tick) => (
                  <text key={tick.text} className="tk e halo" x={SIDE + i * step - 6} y={tick.y + 4}>
                    {tick.text}
                  </text>
                ))}
              </g>
            ))}
          </>
        )
      }}
    </Plot>
  )
}
