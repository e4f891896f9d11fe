import { useNavigate } from '@tanstack/react-router'
import { useVirtualizer } from '@tanstack/react-virtual'
import { type KeyboardEvent, type MouseEvent, useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { Card } from '../../parts/layout.tsx'
import { useWidth } from '../../parts/useWidth.ts'
import { grouped, linesOf } from './groups.ts'
import { HeadRow } from './HeadRow.tsx'
import { GroupLine, RunLine } from './RunLine.tsx'
import type { Row } from './rows.ts'
import { NAME, parseWidths, STARTED, sizesOf, TOOK, writeWidths } from './sizes.ts'
import { isMetric, quoted, rawOf } from './values.ts'

const HEIGHT = 32

/** Rows are drawn as they come into sight; the head and the names stay. Keys: j, k move, x chooses, Enter opens. */
export function RunTable({
  rows,
  columns,
  order,
  group,
  widths,
  frozen,
  colours,
  onOrder,
  onWidths,
  chosen,
  onChoose,
  onEnd,
}: {
  rows: Row[]
  columns: string[]
  order: string
  group: string | undefined
  widths: string | undefined
  /** How many columns after the name stay in place. */
  frozen: number
  colours: Map<string, string>
  onOrder: (order: string) => void
  onWidths: (widths: string) => void
  chosen: Set<string>
  onChoose: (run: string) => void
  onEnd: () => void
}) {
  const box = useRef<HTMLDivElement>(null)
  const navigate = useNavigate()
  const [at, setAt] = useState(-1)
  const [open, setOpen] = useState<Set<string>>(new Set())
  const [drawing, setDrawing] = useState<[string, number] | null>(null)
  const room = useWidth(box)
  const all = useMemo(() => [NAME, STARTED, TOOK, ...columns], [columns])
  const sizes = useMemo(() => {
    const drawn = parseWidths(widths)
    if (drawing) drawn.set(...drawing)
    return sizesOf(all, drawn, room)
  }, [all, widths, drawing, room])
  const lines = useMemo(() => linesOf(rows, group ? grouped(rows, group, columns) : null, open), [rows, group, columns, open])
  const virtual = useVirtualizer({
    count: lines.length,
    getScrollElement: () => box.current,
    estimateSize: () => HEIGHT,
    overscan: 8,
  })
  const items = virtual.getVirtualItems()
  const last = items[items.length - 1]?.index ?? 0
  useEffect(() => {
    if (last >= lines.length - 100) onEnd()
  }, [last, lines.length, onEnd])
  const sortedBy = columns.find((column) => isMetric(column) && order.startsWith(`${quoted(column)} `))
  const range = useMemo(() => (sortedBy ? rangeOf(rows, sortedBy) : null), [rows, sortedBy])
  const onOpen = useCallback(
    (key: string) =>
      setOpen((before) => {
        const after = new Set(before)
        if (!after.delete(key)) after.add(key)
        return after
      }),
    [],
  )
  const pressed = (e: KeyboardEvent) => {
    if (e.target !== box.current || localStorage.getItem('clew-keys') === 'off') return
    const line = lines[at]
    const run = line && 'row' in line ? line.row : null
    if (e.key === 'j' || e.key === 'k') {
      const next = Math.min(Math.max(at + (e.key === 'j' ? 1 : -1), 0), lines.length - 1)
      setAt(next)
      virtual.scrollToIndex(next)
    } else if (e.key === 'x' && run) onChoose(run.id)
    else if (e.key === 'Enter' && run) void navigate({ to: `/ui/runs/${run.id}` })
    else if (e.key === 'Enter' && line && 'group' in line) onOpen(line.group.key)
    else return
    e.preventDefault()
  }
  // Links are plain, so that a row costs little; a press on one stays on the page all the same.
  const followed = (e: MouseEvent) => {
    const link = (e.target as Element).closest('a')
    const to = link?.getAttribute('href')
    if (!to || e.ctrlKey || e.metaKey || e.shiftKey || e.button !== 0) return
    e.preventDefault()
    void navigate({ to })
  }
  const held = 1 + frozen
  return (
    <Card flush>
      <div
        className="vrows"
        ref={box}
        role="table"
        aria-label="Runs"
        aria-rowcount={lines.length + 1}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a table that scrolls must be reachable by keyboard
        tabIndex={0}
        onKeyDown={pressed}
        onClick={followed}
      >
        <HeadRow
          columns={all}
          sizes={sizes}
          frozen={held}
          order={order}
          onOrder={onOrder}
          onWidth={(column, width, isDone) => {
            setDrawing(isDone ? null : [column, width])
            if (isDone) onWidths(writeWidths(parseWidths(widths).set(column, width)))
          }}
        />
        <div style={{ height: virtual.getTotalSize(), position: 'relative' }} role="rowgroup">
          {items.map((item) => {
            const line = lines[item.index]
            if (!line) return null
            const placed = { columns: all, sizes, frozen: held, top: item.start, index: item.index + 2 }
            if ('group' in line)
              return (
                <GroupLine key={`group ${line.group.key}`} {...placed} group={line.group} isOpen={line.isOpen} onOpen={onOpen} />
              )
            const { row } = line
            return (
              <RunLine
                key={row.id}
                {...placed}
                row={row}
                colour={colours.get(row.id)}
                isChosen={chosen.has(row.id)}
                isAt={item.index === at}
                isInGroup={line.isInGroup}
                sortedBy={sortedBy}
                share={sortedBy && range ? range(Number(rawOf(row, sortedBy))) : null}
                onChoose={onChoose}
              />
            )
          })}
        </div>
      </div>
    </Card>
  )
}

/** Share of the way from the least to the most of the values shown, for the bar behind them. */
const rangeOf = (rows: Row[], column: string) => {
  let low = Number.POSITIVE_INFINITY
  let high = Number.NEGATIVE_INFINITY
  for (const row of rows) {
    const value = Number(rawOf(row, column))
    if (!Number.isFinite(value)) continue
    if (value < low) low = value
    if (value > high) high = value
  }
  return (value: number) => (Number.isFinite(value) && high > low ? 8 + (92 * (value - low)) / (high - low) : null)
}
