import { number } from '../format.ts'
import type { Scale } from './scale.ts'

/** Lines across a drawing at the ticks of its upright axis, with their numbers. */
export const Levels = ({ scale, left, right }: { scale: Scale; left: number; right: number }) =>
  scale.ticks.map((tick) => (
    <g key={tick}>
      <line className="gl" x1={left} x2={right} y1={scale.at(tick)} y2={scale.at(tick)} />
      <text className="tk e" x={left - 8} y={scale.at(tick) + 4}>
        {number(tick, 3)}
      </text>
    </g>
  ))
