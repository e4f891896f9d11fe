import { memo } from 'react'
import { duration, number } from '../../parts/format.ts'
import { Icon } from '../../parts/Icon.tsx'
import { Time } from '../../parts/marks.tsx'
import { RunMark } from '../../parts/RunMark.tsx'
import type { Group } from './groups.ts'
import type { Row } from './rows.ts'
import { NAME, type Sizes, STARTED, TOOK } from './sizes.ts'
import { rawOf, textOf } from './values.ts'

interface Placed {
  columns: string[]
  sizes: Sizes
  frozen: number
  top: number
  index: number
}

/** One run. Drawn anew only when something of it changes: hundreds pass while somebody scrolls. */
export const RunLine = memo(function RunLine({
  row,
  columns,
  sizes,
  frozen,
  top,
  index,
  colour,
  isChosen,
  isAt,
  isInGroup,
  sortedBy,
  share,
  onChoose,
}: Placed & {
  row: Row
  colour: string | undefined
  isChosen: boolean
  isAt: boolean
  isInGroup: boolean
  sortedBy: string | undefined
  share: number | null
  onChoose: (run: string) => void
}) {
  return (
    <div
      role="row"
      aria-rowindex={index}
      className={`vrow ${isChosen ? 'sel' : ''} ${isAt ? 'at' : ''} ${isInGroup ? 'in' : ''}`}
      style={{ gridTemplateColumns: sizes.template, transform: `translateY(${top}px)` }}
    >
      <div role="cell" className="frz" style={{ left: 12 }}>
        <input type="checkbox" aria-label={`Choose ${row.name}`} checked={isChosen} onChange={() => onChoose(row.id)} />
      </div>
      {columns.map((column, i) => {
        const place = i < frozen ? { left: sizes.left[i] } : undefined
        const held = i < frozen ? ' frz' : ''
        switch (column) {
          case NAME:
            return (
              <div key={column} role="cell" className={held} style={place}>
                {colour ? <span className="sw" style={{ background: colour }} /> : <RunMark status={row.status} />}{' '}
                <a href={`/ui/runs/${row.id}`} title={row.name}>
                  {row.name}
                </a>
              </div>
            )
          case STARTED:
            return (
              <div key={column} role="cell" className={`m${held}`} style={place}>
                <Time at={row.start} />
              </div>
            )
          case TOOK:
            return (
              <div key={column} role="cell" className={`n m${held}`} style={place}>
                {row.end === null ? '–' : duration(row.end - row.start)}
              </div>
            )
          default:
            return (
              <div key={column} role="cell" className={`n${held}`} style={place} title={String(rawOf(row, column) ?? '')}>
                {column === sortedBy && share !== null && <span className="rank" style={{ width: `${share}%` }} />}
                <span>{textOf(row, column)}</span>
              </div>
            )
        }
      })}
    </div>
  )
})

/** The head of a group: how many runs, and the mean of each metric shown. */
export const GroupLine = memo(function GroupLine({
  group,
  isOpen,
  columns,
  sizes,
  frozen,
  top,
  index,
  onOpen,
}: Placed & { group: Group; isOpen: boolean; onOpen: (key: string) => void }) {
  return (
    <div
      role="row"
      aria-rowindex={index}
      className="vrow grp"
      style={{ gridTemplateColumns: sizes.template, transform: `translateY(${top}px)` }}
    >
      <div role="cell" className="frz" style={{ left: 12 }}>
        <span className={isOpen ? 'turn' : ''}>
          <Icon name="right" size={14} />
        </span>
      </div>
      {columns.map((column, i) => {
        const place = i < frozen ? { left: sizes.left[i] } : undefined
        const held = i < frozen ? ' frz' : ''
        if (column === NAME)
          return (
            <div key={column} role="cell" className={held} style={place}>
              <button type="button" aria-expanded={isOpen} title={group.title} onClick={() => onOpen(group.key)}>
                {group.title}
              </button>
            </div>
          )
        if (column === STARTED)
          return (
            <div key={column} role="cell" className={`m${held}`} style={place}>
              {group.rows.length} {group.rows.length === 1 ? 'run' : 'runs'}
            </div>
          )
        const mean = group.means.get(column)
        return (
          <div key={column} role="cell" className={`n m${held}`} style={place} title={mean === undefined ? '' : `Mean ${mean}`}>
            {mean === undefined ? '' : <>⌀ {number(mean)}</>}
          </div>
        )
      })}
    </div>
  )
})
