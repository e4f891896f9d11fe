import { useMemo, useState } from 'react'
import { number } from '../format.ts'
import { type Mark, numberOf, Plot, plain } from './Plot.tsx'
import { scaleOf } from './scale.ts'

/** Most bars; the table sorts all runs. */
const MOST = 40
const ROW = 24
const NAMES = 190
const VALUES = 70

/** The last value of a metric of each run, best first. */
export function Bars({ marks, column, lowFirst }: { marks: Mark[]; column: string; lowFirst: boolean }) {
  const [near, setNear] = useState<Mark | null>(null)
  const shown = useMemo(
    () =>
      marks
        .filter((mark) => Number.isFinite(numberOf(mark, column)))
        .sort((a, b) => (numberOf(b, column) - numberOf(a, column)) * (lowFirst ? -1 : 1))
        .slice(0, MOST),
    [marks, column, lowFirst],
  )
  const height = shown.length * ROW + 34
  return (
    <Plot
      title={`Last ${plain(column)}`}
      label={`Last ${plain(column)}, best first: ${shown
        .slice(0, 10)
        .map((mark) => `${mark.name} ${number(numberOf(mark, column))}`)
        .join('; ')}`}
      height={height}
      marks={shown}
      columns={[column]}
      said={
        near
          ? `${near.name} · ${numberOf(near, column)}`
          : marks.length > shown.length
            ? `the best ${shown.length} of ${marks.length}`
            : ''
      }
    >
      {(width) => {
        const values = shown.map((mark) => numberOf(mark, column))
        // Bars begin at zero: their length is what is compared.
        const scale = scaleOf([...values, 0], NAMES, width - VALUES, 0)
        const zero = scale.at(0)
        return (
          <>
            {scale.ticks.map((tick) => (
              <g key={tick}>
                <line className="gl" x1={scale.at(tick)} x2={scale.at(tick)} y1={4} y2={height - 26} />
                <text className="tk c" x={scale.at(tick)} y={height - 10}>
                  {number(tick, 3)}
                </text>
              </g>
            ))}
            {shown.map((mark, i) => {
              const value = numberOf(mark, column)
              const end = scale.at(value)
              return (
                // biome-ignore lint/a11y/noStaticElementInteractions: the value stands beside the bar
                <g key={mark.id} onMouseEnter={() => setNear(mark)} onMouseLeave={() => setNear(null)}>
                  <rect
                    className="bar-m"
                    x={Math.min(zero, end)}
                    y={i * ROW + 8}
                    width={Math.max(1, Math.abs(end - zero))}
                    height={ROW - 8}
                    rx={2}
                  />
                  <text className="tk e nm" x={NAMES - 10} y={i * ROW + 20}>
                    {mark.name.length > 26 ? `${mark.name.slice(0, 25)}…` : mark.name}
                  </text>
                  <text className="tk" x={Math.max(zero, end) + 6} y={i * ROW + 20}>
                    {number(value)}
                  </text>
                </g>
              )
            })}
          </>
        )
      }}
    </Plot>
  )
}
