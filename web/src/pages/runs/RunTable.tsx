import { Link, useNavigate } from '@tanstack/react-router'
import { useVirtualizer } from '@tanstack/react-virtual'
import { type KeyboardEvent, useEffect, useMemo, useRef, useState } from 'react'
import type { MlRun } from '../../api/types.ts'
import { duration } from '../../parts/format.ts'
import { Card } from '../../parts/layout.tsx'
import { Time } from '../../parts/marks.tsx'
import { RunMark } from '../Home.tsx'
import { isMetric, nameOf, quoted, rawOf, textOf } from './values.ts'

const ROW = 32

/** Rows are drawn as they come into sight; the head and the names stay. Keys: j, k move, x chooses, Enter opens. */
export function RunTable({
  rows,
  columns,
  order,
  colours,
  onOrder,
  chosen,
  onChoose,
  onEnd,
}: {
  rows: MlRun[]
  columns: string[]
  order: string
  colours: Map<string, string>
  onOrder: (order: string) => void
  chosen: Set<string>
  onChoose: (run: string) => void
  onEnd: () => void
}) {
  const box = useRef<HTMLDivElement>(null)
  const navigate = useNavigate()
  const [at, setAt] = useState(-1)
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => box.current,
    estimateSize: () => ROW,
    overscan: 12,
  })
  const items = virtual.getVirtualItems()
  const last = items[items.length - 1]?.index ?? 0
  useEffect(() => {
    if (last >= rows.length - 60) onEnd()
  }, [last, rows.length, onEnd])
  const sortedBy = columns.find((column) => isMetric(column) && order.startsWith(`${quoted(column)} `))
  const range = useMemo(() => (sortedBy ? rangeOf(rows, sortedBy) : null), [rows, sortedBy])
  const grid = {
    gridTemplateColumns: `20px minmax(190px, 1.4fr) 120px 70px ${columns.map(() => 'minmax(104px, 1fr)').join(' ')}`,
  }
  const pressed = (e: KeyboardEvent) => {
    if (e.target !== box.current || localStorage.getItem('clew-keys') === 'off') return
    const run = rows[at]
    if (e.key === 'j' || e.key === 'k') {
      const next = Math.min(Math.max(at + (e.key === 'j' ? 1 : -1), 0), rows.length - 1)
      setAt(next)
      virtual.scrollToIndex(next)
    } else if (e.key === 'x' && run) onChoose(run.info.run_id)
    else if (e.key === 'Enter' && run) void navigate({ to: `/ui/runs/${run.info.run_id}` })
    else return
    e.preventDefault()
  }
  return (
    <Card flush>
      <div
        className="vrows"
        ref={box}
        role="table"
        aria-label="Runs"
        aria-rowcount={rows.length + 1}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a table that scrolls must be reachable by keyboard
        tabIndex={0}
        onKeyDown={pressed}
      >
        <div className="vhead" style={grid} role="row">
          <div role="columnheader">
            <span className="vh">Chosen</span>
          </div>
          <Sorted column="attributes.run_name" text="Run" order={order} onOrder={onOrder} />
          <Sorted column="attributes.start_time" text="Started" order={order} onOrder={onOrder} />
          <div role="columnheader" className="n">
            Took
          </div>
          {columns.map((column) => (
            <Sorted key={column} column={quoted(column)} text={nameOf(column)} order={order} onOrder={onOrder} n />
          ))}
        </div>
        <div style={{ height: virtual.getTotalSize(), position: 'relative' }} role="rowgroup">
          {items.map((item) => {
            const run = rows[item.index]
            if (!run) return null
            const id = run.info.run_id
            const colour = colours.get(id)
            return (
              <div
                key={id}
                role="row"
                aria-rowindex={item.index + 2}
                className={`vrow ${chosen.has(id) ? 'sel' : ''} ${item.index === at ? 'at' : ''}`}
                style={{ ...grid, transform: `translateY(${item.start}px)` }}
              >
                <div role="cell">
                  <input
                    type="checkbox"
                    aria-label={`Choose ${run.info.run_name}`}
                    checked={chosen.has(id)}
                    onChange={() => onChoose(id)}
                  />
                </div>
                <div role="cell">
                  {colour ? <span className="sw" style={{ background: colour }} /> : <RunMark status={run.info.status} />}{' '}
                  <Link to={`/ui/runs/${id}`} title={run.info.run_name}>
                    {run.info.run_name}
                  </Link>
                </div>
                <div role="cell" className="m">
                  <Time at={run.info.start_time} />
                </div>
                <div role="cell" className="n m">
                  {run.info.end_time ? duration(run.info.end_time - run.info.start_time) : '–'}
                </div>
                {columns.map((column) => {
                  const share = column === sortedBy && range ? range(Number(rawOf(run, column))) : null
                  return (
                    <div role="cell" className="n" key={column} title={String(rawOf(run, column) ?? '')}>
                      {share !== null && <span className="rank" style={{ width: `${share}%` }} />}
                      <span>{textOf(run, column)}</span>
                    </div>
                  )
                })}
              </div>
            )
          })}
        </div>
      </div>
    </Card>
  )
}

/** Share of the way from the least to the most of the values shown, for the bar behind them. */
const rangeOf = (rows: MlRun[], column: string) => {
  let low = Number.POSITIVE_INFINITY
  let high = Number.NEGATIVE_INFINITY
  for (const run of rows) {
    const value = Number(rawOf(run, column))
    if (!Number.isFinite(value)) continue
    if (value < low) low = value
    if (value > high) high = value
  }
  return (value: number) => (Number.isFinite(value) && high > low ? 8 + (92 * (value - low)) / (high - low) : null)
}

function Sorted({
  column,
  text,
  order,
  onOrder,
  n = false,
}: {
  column: string
  text: string
  order: string
  onOrder: (order: string) => void
  n?: boolean
}) {
  const way = order === `${column} DESC` ? 'descending' : order === `${column} ASC` ? 'ascending' : 'none'
  return (
    <div role="columnheader" aria-sort={way} className={n ? 'n' : ''}>
      <button
        type="button"
        title={`Sort by ${text}`}
        onClick={() => onOrder(`${column} ${way === 'descending' ? 'ASC' : 'DESC'}`)}
      >
        {text}
        {way === 'descending' ? ' ↓' : way === 'ascending' ? ' ↑' : ''}
      </button>
    </div>
  )
}
