import { type ReactNode, useRef } from 'react'
import { download } from '../download.ts'
import { Card } from '../layout.tsx'
import { SaveButtons } from '../SaveButtons.tsx'
import { savePng } from '../saveSvg.ts'
import { cell } from '../series.ts'
import { useWidth } from '../useWidth.ts'

/** One run as a mark of a chart. */
export interface Mark {
  id: string
  name: string
  of: (column: string) => number | string | undefined
}

export const plain = (column: string) => column.replace(/^metrics\./, '')
export const numberOf = (mark: Mark, column: string): number => {
  const raw = mark.of(column)
  return raw === undefined || raw === '' ? Number.NaN : Number(raw)
}

/** A chart of runs in its card: drawn to the room there is, saved as PNG or CSV, with a line that names what is under the pointer. */
export function Plot({
  title,
  label,
  height,
  marks,
  columns,
  said,
  children,
}: {
  title: string
  /** What the drawing shows, in words. */
  label: string
  height: number
  marks: Mark[]
  /** What a CSV of it holds beside the run. */
  columns: string[]
  said: string
  children: (width: number) => ReactNode
}) {
  const svg = useRef<SVGSVGElement>(null)
  const box = useRef<HTMLDivElement>(null)
  const width = useWidth(box)
  const csv = () =>
    [['run', 'name', ...columns], ...marks.map((mark) => [mark.id, mark.name, ...columns.map((column) => mark.of(column))])]
      .map((line) => line.map(cell).join(','))
      .join('\n')
  return (
    <Card
      title={title}
      flush
      className="ch"
      right={
        <SaveButtons
          name={title}
          onPng={() => svg.current && void savePng(svg.current, title)}
          onCsv={() => download(new Blob([csv()], { type: 'text/csv' }), `${title}.csv`)}
        />
      }
    >
      <div className="plot" ref={box} style={{ minHeight: height }}>
        {width > 0 && (
          <svg ref={svg} width={width} height={height} role="img" aria-label={label}>
            {children(width)}
          </svg>
        )}
      </div>
      <p className="chart-said s m num">{said || ' '}</p>
    </Card>
  )
}
