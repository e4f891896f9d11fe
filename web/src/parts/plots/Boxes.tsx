import { useMemo, useState } from 'react'
import { number } from '../format.ts'
import { Levels } from './Levels.tsx'
import { type Mark, numberOf, Plot, plain } from './Plot.tsx'
import { quantile, scaleOf } from './scale.ts'

const MOST = 30
const HEIGHT = 420
const LEFT = 58
const BOTTOM = 58

interface Box {
  group: string
  sorted: number[]
  low: number
  q1: number
  median: number
  q3: number
  high: number
}

/** Tukey's box: quartiles, whiskers to the last value within one and a half of their distance, the others as points. */
const boxOf = (group: string, values: number[]): Box => {
  const sorted = values.sort((a, b) => a - b)
  const q1 = quantile(sorted, 0.25)
  const q3 = quantile(sorted, 0.75)
  const reach = 1.5 * (q3 - q1)
  return {
    group,
    sorted,
    q1,
    q3,
    median: quantile(sorted, 0.5),
    low: sorted.find((value) => value >= q1 - reach) ?? q1,
    high: sorted.findLast((value) => value <= q3 + reach) ?? q3,
  }
}

/** How a metric spreads in each group of runs. */
export function Boxes({ marks, column, by }: { marks: Mark[]; column: string; by: string }) {
  const [near, setNear] = useState<Box | null>(null)
  const boxes = useMemo(() => {
    const groups = new Map<string, number[]>()
    for (const mark of marks) {
      const value = numberOf(mark, column)
      const group = String(mark.of(by) ?? 'none')
      if (Number.isFinite(value)) groups.set(group, [...(groups.get(group) ?? []), value])
    }
    const isNumeric = [...groups.keys()].every((group) => Number.isFinite(Number(group)))
    return [...groups]
      .map(([group, values]) => boxOf(group, values))
      .sort((a, b) => (isNumeric ? Number(a.group) - Number(b.group) : a.group.localeCompare(b.group)))
      .slice(0, MOST)
  }, [marks, column, by])
  return (
    <Plot
      title={`${plain(column)} by ${by.replace(/^[a-z]+\./, '')}`}
      label={`${plain(column)} by ${by}: ${boxes
        .slice(0, 10)
        .map((box) => `${box.group} median ${number(box.median)} of ${box.sorted.length}`)
        .join('; ')}`}
      height={HEIGHT}
      marks={marks}
      columns={[by, column]}
      said={
        near
          ? `${near.group} · ${near.sorted.length} runs · median ${number(near.median)} · quartiles ${number(near.q1)} and ${number(near.q3)} · from ${number(near.sorted[0])} to ${number(near.sorted[near.sorted.length - 1])}`
          : ''
      }
    >
      {(width) => {
        const up = scaleOf(
          boxes.flatMap((box) => [box.sorted[0] ?? 0, box.sorted[box.sorted.length - 1] ?? 0]),
          HEIGHT - BOTTOM,
          8,
        )
        const step = (width - LEFT - 14) / Math.max(1, boxes.length)
        const wide = Math.min(48, step * 0.6)
        return (
          <>
            <Levels scale={up} left={LEFT} right={width - 14} />
            {boxes.map((box, i) => {
              const x = LEFT + (i + 0.5) * step
              return (
                // biome-ignore lint/a11y/noStaticElementInteractions: the label of the drawing says the same
                <g key={box.group} className="bx" onMouseEnter={() => setNear(box)} onMouseLeave={() => setNear(null)}>
                  <line x1={x} x2={x} y1={up.at(box.low)} y2={up.at(box.high)} />
                  <rect
                    x={x - wide / 2}
                    y={up.at(box.q3)}
                    width={wide}
                    height={Math.max(1, up.at(box.q1) - up.at(box.q3))}
                    rx={2}
                  />
                  <line className="md" x1={x - wide / 2} x2={x + wide / 2} y1={up.at(box.median)} y2={up.at(box.median)} />
                  {box.sorted
                    .filter((value) => value < box.low || value > box.high)
                    .map((value, at) => (
                      <circle key={`${value} ${at}`} cx={x} cy={up.at(value)} r={2.5} />
                    ))}
                  <text className="tk c" x={x} y={HEIGHT - BOTTOM + 18}>
                    {box.group.slice(0, Math.max(4, Math.floor(step / 6)))}
                  </text>
                  <text className="tk c" x={x} y={HEIGHT - BOTTOM + 34}>
                    n {box.sorted.length}
                  </text>
                </g>
              )
            })}
            <text className="tk c" x={(LEFT + width) / 2} y={HEIGHT - 6}>
              {by}
            </text>
          </>
        )
      }}
    </Plot>
  )
}
