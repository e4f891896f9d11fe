import { type KeyboardEvent, type PointerEvent, useRef } from 'react'
import { clampWidth, NAME, type Sizes, STARTED, TOOK } from './sizes.ts'
import { nameOf, quoted } from './values.ts'

const STEP = 16
const TITLES: Record<string, string> = { [NAME]: 'Run', [STARTED]: 'Started', [TOOK]: 'Took' }
const isText = (column: string) => column === NAME || column === STARTED

/** Heads of the columns: a press sorts, the edge is drawn or moved with the arrows. */
export function HeadRow({
  columns,
  sizes,
  frozen,
  order,
  isAllChosen,
  onChooseAll,
  onOrder,
  onWidth,
}: {
  columns: string[]
  sizes: Sizes
  frozen: number
  order: string
  isAllChosen: boolean
  onChooseAll: (isChosen: boolean) => void
  onOrder: (order: string) => void
  onWidth: (column: string, width: number, isDone: boolean) => void
}) {
  return (
    <div className="vhead" style={{ gridTemplateColumns: sizes.template }} role="row">
      <div role="columnheader" className="frz" style={{ left: 12 }}>
        <input
          type="checkbox"
          aria-label="Choose all runs that were read"
          title="Choose all runs that were read"
          checked={isAllChosen}
          onChange={(e) => onChooseAll(e.target.checked)}
        />
      </div>
      {columns.map((column, i) => {
        const name = TITLES[column] ?? nameOf(column)
        const sorted = quoted(column)
        const way = order === `${sorted} DESC` ? 'descending' : order === `${sorted} ASC` ? 'ascending' : 'none'
        return (
          <div
            key={column}
            role="columnheader"
            aria-sort={way}
            className={`${isText(column) ? '' : 'n'} ${i < frozen ? 'frz' : ''}`}
            style={i < frozen ? { left: sizes.left[i] } : undefined}
          >
            <button
              type="button"
              title={`Sort by ${name}`}
              onClick={() => onOrder(`${sorted} ${way === 'descending' ? 'ASC' : 'DESC'}`)}
            >
              {name}
              {way === 'descending' ? ' ↓' : way === 'ascending' ? ' ↑' : ''}
            </button>
            <Edge name={name} width={sizes.widths[i] ?? 0} onWidth={(width, isDone) => onWidth(column, width, isDone)} />
          </div>
        )
      })}
    </div>
  )
}

function Edge({ name, width, onWidth }: { name: string; width: number; onWidth: (width: number, isDone: boolean) => void }) {
  const from = useRef<{ x: number; width: number } | null>(null)
  const drawn = (e: PointerEvent) => clampWidth((from.current?.width ?? 0) + e.clientX - (from.current?.x ?? 0))
  return (
    // biome-ignore lint/a11y/useSemanticElements: a separator that is moved
    <span
      className="edge"
      role="separator"
      tabIndex={0}
      aria-orientation="vertical"
      aria-label={`Width of ${name}`}
      aria-valuenow={Math.round(width)}
      onPointerDown={(e) => {
        from.current = { x: e.clientX, width }
        e.currentTarget.setPointerCapture(e.pointerId)
        e.preventDefault()
      }}
      onPointerMove={(e) => {
        if (from.current) onWidth(drawn(e), false)
      }}
      onPointerUp={(e) => {
        if (!from.current) return
        onWidth(drawn(e), true)
        from.current = null
      }}
      onKeyDown={(e: KeyboardEvent) => {
        if (e.key !== 'ArrowLeft' && e.key !== 'ArrowRight') return
        e.preventDefault()
        onWidth(clampWidth(width + (e.key === 'ArrowRight' ? STEP : -STEP)), true)
      }}
    />
  )
}
