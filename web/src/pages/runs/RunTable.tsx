import { useNavigate } from '@tanstack/react-router'
import { type MouseEvent, useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { Card } from '../../parts/layout.tsx'
import { ROW_HEIGHT, useInSight } from '../../parts/useInSight.ts'
import { useRowKeys } from '../../parts/useRowKeys.ts'
import { useWidth } from '../../parts/useWidth.ts'
import { isAllChosen } from './chosen.ts'
import { grouped, type Line, linesOf } from './groups.ts'
import { HeadRow } from './HeadRow.tsx'
import { GroupLine, RunLine } from './RunLine.tsx'
import type { Row } from './rows.ts'
import { NAME, parseWidths, STARTED, sizesOf, TOOK, writeWidths } from './sizes.ts'
import { isMetric, quoted, rawOf } from './values.ts'

/** Rows are drawn as they come into sight; the head and the names stay. Keys: j, k move, x chooses, Enter opens. */
export function RunTable({
  rows,
  version,
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
  onChooseAll,
  onEnd,
}: {
  /** Grows in place; the version tells when. */
  rows: Row[]
  version: number
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
  onChooseAll: (isChosen: boolean) => void
  onEnd: () => void
}) {
  const box = useRef<HTMLDivElement>(null)
  const navigate = useNavigate()
  const [open, setOpen] = useState<Set<string>>(new Set())
  const [drawing, setDrawing] = useState<[string, number] | null>(null)
  const room = useWidth(box)
  const all = useMemo(() => [NAME, STARTED, TOOK, ...columns], [columns])
  const sizes = useMemo(() => {
    const drawn = parseWidths(widths)
    if (drawing) drawn.set(...drawing)
    return sizesOf(all, drawn, room)
  }, [all, widths, drawing, room])
  // Rows grow in place: the version tells when.
  const lines = useMemo(
    () => (group ? linesOf(grouped(rows, group, columns), open) : null),
    [rows, version, group, columns, open],
  )
  const count = lines?.length ?? rows.length
  const lineAt = (index: number): Line | undefined => {
    if (lines) return lines[index]
    const row = rows[index]
    return row && { row, isInGroup: false }
  }
  const { from, to, height, show } = useInSight(box, count)
  useEffect(() => {
    if (to >= count - 100) onEnd()
  }, [to, count, onEnd])
  const sortedBy = columns.find((column) => isMetric(column) && order.startsWith(`${quoted(column)} `))
  // Rows grow in place: the version tells when.
  const range = useMemo(() => (sortedBy ? rangeOf(rows, sortedBy) : null), [rows, version, sortedBy])
  const onOpen = useCallback(
    (key: string) =>
      setOpen((before) => {
        const after = new Set(before)
        if (!after.delete(key)) after.add(key)
        return after
      }),
    [],
  )
  const at = useRowKeys(box, count, show, {
    x: (index) => {
      const line = lineAt(index)
      if (line && 'row' in line) onChoose(line.row.id)
    },
    Enter: (index) => {
      const line = lineAt(index)
      if (line && 'group' in line) onOpen(line.group.key)
      else if (line) void navigate({ to: `/ui/runs/${line.row.id}` })
    },
  })
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
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: the links in it take Enter by themselves */}
      <div
        className="vrows"
        ref={box}
        role="table"
        aria-label="Runs"
        aria-rowcount={count + 1}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a table that scrolls must be reachable by keyboard
        tabIndex={0}
        onClick={followed}
      >
        <HeadRow
          columns={all}
          sizes={sizes}
          frozen={held}
          order={order}
          isAllChosen={isAllChosen(rows, chosen)}
          onChooseAll={onChooseAll}
          onOrder={onOrder}
          onWidth={(column, width, isDone) => {
            setDrawing(isDone ? null : [column, width])
            if (isDone) onWidths(writeWidths(parseWidths(widths).set(column, width)))
          }}
        />
        <div style={{ height, position: 'relative' }} role="rowgroup">
          {Array.from({ length: Math.max(0, to - from) }, (_, i) => {
            const index = from + i
            const line = lineAt(index)
            if (!line) return null
            const placed = { columns: all, sizes, frozen: held, top: index * ROW_HEIGHT, index: index + 2 }
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
                isAt={index === at}
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

/**
 * Share of the way from the least to the most of the values shown, for the bar behind them. They stand in order, so that both are at
 * the ends; runs that lack the value come last.
 */
const rangeOf = (rows: Row[], column: string) => {
  const has = (row: Row) => Number.isFinite(rawOf(row, column))
  const ends = [rows.find(has), rows.findLast(has)].flatMap((row) => (row ? [Number(rawOf(row, column))] : []))
  const low = Math.min(...ends)
  const high = Math.max(...ends)
  return (value: number) => (Number.isFinite(value) && high > low ? 8 + (92 * (value - low)) / (high - low) : null)
}
