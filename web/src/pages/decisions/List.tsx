import { Link, useNavigate } from '@tanstack/react-router'
import { useEffect, useRef } from 'react'
import type { DecisionSummary } from '../../api/types.ts'
import { score } from '../../parts/format.ts'
import { Card } from '../../parts/layout.tsx'
import { Time } from '../../parts/marks.tsx'
import { ROW_HEIGHT, useInSight } from '../../parts/useInSight.ts'
import { useRowKeys } from '../../parts/useRowKeys.ts'

const GRID = { gridTemplateColumns: '190px 150px 90px 80px minmax(140px, 1fr) 130px' }

/** Decisions, drawn as they come into sight. */
export function List({ rows, onEnd }: { rows: DecisionSummary[]; onEnd: () => void }) {
  const box = useRef<HTMLDivElement>(null)
  const navigate = useNavigate()
  const { from, to, height, show } = useInSight(box, rows.length)
  const at = useRowKeys(box, rows.length, show, {
    Enter: (index) => void navigate({ to: `/ui/decisions/${rows[index]?.id}` }),
  })
  useEffect(() => {
    if (to >= rows.length - 60) onEnd()
  }, [to, rows.length, onEnd])
  return (
    <Card flush>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a table that scrolls must be reachable by keyboard */}
      <div className="vrows" ref={box} role="table" aria-label="Decisions" aria-rowcount={rows.length + 1} tabIndex={0}>
        <div className="vhead" style={GRID} role="row">
          {['Decision', 'Outcome', 'Score', 'Version', 'Model', 'Time'].map((name) => (
            <div role="columnheader" key={name} className={name === 'Score' || name === 'Time' ? 'n' : ''}>
              {name}
            </div>
          ))}
        </div>
        <div style={{ height, position: 'relative' }}>
          {rows.slice(from, to).map((row, i) => {
            const index = from + i
            return (
              <div
                key={row.id}
                role="row"
                aria-rowindex={index + 2}
                className={`vrow ${index === at ? 'at' : ''}`}
                style={{ ...GRID, transform: `translateY(${index * ROW_HEIGHT}px)` }}
              >
                <div role="cell">
                  <Link className="l mono" to={`/ui/decisions/${row.id}`} title={row.id}>
                    {row.id.slice(0, 13)}…{row.id.slice(-4)}
                  </Link>
                </div>
                <div role="cell" title={row.outcome ?? undefined}>
                  {row.outcome ?? '–'}
                </div>
                <div role="cell" className="n">
                  {score(row.score)}
                </div>
                <div role="cell">{row.version === undefined ? '–' : `v${row.version}`}</div>
                <div role="cell" title={row.model ?? undefined}>
                  {row.model ?? 'no model named'}
                </div>
                <div role="cell" className="n m">
                  <Time at={row.event_time} />
                </div>
              </div>
            )
          })}
        </div>
      </div>
    </Card>
  )
}
