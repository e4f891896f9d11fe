import type { ReactNode } from 'react'

export interface Column<T> {
  /** Heading; empty for a column of buttons or in tables without heads. */
  title: string
  cell: (row: T) => ReactNode
  /** Numbers and times stand right. */
  n?: boolean
  /** What the cell holds in full, on hover. */
  full?: (row: T) => string | undefined
}

/** A table that scrolls sideways in its card rather than the page. */
export function Table<T>({
  of,
  columns,
  keyOf,
  selected,
  label,
}: {
  of: T[]
  columns: Column<T>[]
  keyOf: (row: T) => string | number
  selected?: (row: T) => boolean
  label: string
}) {
  const hasHead = columns.some((column) => column.title !== '')
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
    <section className="scroll" tabIndex={0} aria-label={label}>
      <table>
        {hasHead && (
          <thead>
            <tr>
              {columns.map((column, i) => (
                <th key={column.title || i} className={column.n ? 'n' : undefined}>
                  {column.title || <span className="vh">Actions</span>}
                </th>
              ))}
            </tr>
          </thead>
        )}
        <tbody>
          {of.map((row) => (
            <tr key={keyOf(row)} className={selected?.(row) ? 'sel' : undefined}>
              {columns.map((column, i) => (
                <td key={column.title || i} className={column.n ? 'n' : undefined} title={column.full?.(row)}>
                  {column.cell(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}
