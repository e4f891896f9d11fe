import type { ReactNode } from 'react'

/** Records as a table that scrolls in its place; columns of numbers stand right. */
export function Sheet({
  name,
  head,
  rows,
  children,
}: {
  name: string
  head: string[]
  rows: (string | undefined)[][]
  children?: ReactNode
}) {
  const isNumeric = head.map((_, i) =>
    rows.every((row) => row[i] === undefined || row[i] === '' || Number.isFinite(Number(row[i]))),
  )
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
    <section className="scroll sheet" tabIndex={0} aria-label={`Table ${name}`}>
      <table>
        <thead>
          <tr>
            {head.map((title, i) => (
              <th key={i} className={isNumeric[i] ? 'n' : undefined}>
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, at) => (
            <tr key={at}>
              {head.map((_, i) => (
                <td key={i} className={isNumeric[i] ? 'n' : undefined}>
                  {row[i] ?? ''}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {children}
    </section>
  )
}
