import { useQuery } from '@tanstack/react-query'
import { count } from '../../parts/format.ts'
import { Failure, Loading } from '../../parts/states.tsx'
import { Sheet } from './Sheet.tsx'

const ROWS = 200

/** The first rows of a Parquet file, read in this browser: its footer and the row groups that hold them, no more. */
export function ParquetTable({ name, href, bytes }: { name: string; href: string; bytes: number }) {
  const table = useQuery({ queryKey: ['parquet', href], queryFn: () => read(href, bytes), retry: false })
  if (table.isPending) return <Loading height={160} />
  if (table.isError)
    return <Failure error={new Error(`${name} cannot be shown as a table; download it. ${table.error.message}`)} />
  const { head, rows, total } = table.data
  return (
    <Sheet name={name} head={head} rows={rows}>
      {total > rows.length && (
        <p className="empty">
          The first {count(rows.length)} of {count(total)} rows; download the file for all.
        </p>
      )}
    </Sheet>
  )
}

const read = async (href: string, bytes: number) => {
  const { parquetMetadataAsync, parquetReadObjects, parquetSchema } = await import('hyparquet')
  const file = {
    byteLength: bytes,
    slice: async (from: number, to: number = bytes): Promise<ArrayBuffer> => {
      const answer = await fetch(href, {
        credentials: 'same-origin',
        headers: { Range: `bytes=${from}-${to - 1}` },
      })
      if (!answer.ok) throw new Error(`The server answered with status ${answer.status}.`)
      const body = await answer.arrayBuffer()
      // Without ranges the whole file comes.
      return answer.status === 206 ? body : body.slice(from, to)
    },
  }
  const metadata = await parquetMetadataAsync(file)
  const total = Number(metadata.num_rows)
  const { decompress } = await import('fzstd')
  const found = await parquetReadObjects({
    file,
    metadata,
    rowStart: 0,
    rowEnd: Math.min(total, ROWS),
    compressors: { ZSTD: (input: Uint8Array) => decompress(input) },
  })
  const head = parquetSchema(metadata).children.map((child) => child.element.name)
  return { head, total, rows: found.map((row) => head.map((column) => written(row[column]))) }
}

const written = (value: unknown): string => {
  if (value === null || value === undefined) return ''
  if (value instanceof Date) return value.toISOString()
  if (value instanceof Uint8Array) return `${value.length} bytes`
  if (typeof value === 'object') return JSON.stringify(value, (_, each) => (typeof each === 'bigint' ? String(each) : each))
  return String(value)
}
