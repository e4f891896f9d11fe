import { useQuery } from '@tanstack/react-query'
import { get, native, query } from '../../api/client.ts'
import { count, fullTime } from '../../parts/format.ts'
import type { Asked } from './useEntries.ts'

interface Counts {
  buckets: { from: string; count: number }[]
  newest: boolean
}

/** Lengths of a column, shortest first: the shortest is taken whose columns have room. */
const LENGTHS: [name: string, ms: number][] = [
  ['1m', 60_000],
  ['5m', 300_000],
  ['1h', 3_600_000],
  ['6h', 21_600_000],
  ['1d', 86_400_000],
  ['7d', 604_800_000],
  ['30d', 2_592_000_000],
]
const MOST = 90

const read = async (asked: Asked) => {
  const days = await get<Counts>(`${native}/ledger/entries/counts${query({ ...asked, bucket: '1d' })}`)
  const first = Date.parse(days.buckets[0]?.from ?? '')
  const last = Date.parse(days.buckets[days.buckets.length - 1]?.from ?? '') + 86_400_000
  const span =
    Math.min(last, asked.to ? Date.parse(asked.to) : last) - Math.max(first, asked.from ? Date.parse(asked.from) : first)
  const [bucket, length] = LENGTHS.find(([, ms]) => span / ms <= MOST) ?? ['30d', 2_592_000_000]
  const counts = bucket === '1d' ? days : await get<Counts>(`${native}/ledger/entries/counts${query({ ...asked, bucket })}`)
  return { counts, length }
}

/** How many entries there were over time; a column narrows the list to its time. */
export function OverTime({
  asked,
  onSpan,
}: {
  asked: Asked
  onSpan: (from: string | undefined, to: string | undefined) => void
}) {
  const found = useQuery({
    queryKey: ['entry counts', asked],
    queryFn: () => read(asked),
    retry: false,
    placeholderData: (before) => before,
  })
  if (!found.data?.counts.buckets.length) return null
  const { counts, length } = found.data
  const columns = filled(counts.buckets, length)
  const most = Math.max(...columns.map((column) => column.count))
  const total = columns.reduce((sum, column) => sum + column.count, 0)
  const [first, last] = [columns[0]?.from ?? 0, (columns[columns.length - 1]?.from ?? 0) + length]
  return (
    <section className="card over-time" aria-label="Entries over time">
      <div className="cols">
        {columns.map((column) => {
          const from = new Date(column.from)
          const said = `${fullTime(from)}: ${count(column.count)} ${column.count === 1 ? 'entry' : 'entries'}`
          return (
            <button
              key={column.from}
              type="button"
              title={said}
              aria-label={said}
              disabled={column.count === 0}
              onClick={() => onSpan(from.toISOString(), new Date(column.from + length).toISOString())}
            >
              <i style={{ height: `${(column.count / most) * 100}%` }} />
            </button>
          )
        })}
      </div>
      <div className="cols-ax s m num">
        <span>{fullTime(new Date(first))}</span>
        <span>
          {counts.newest ? 'the newest ' : ''}
          {count(total)} {total === 1 ? 'entry' : 'entries'}
          {asked.from && (
            <>
              {' · '}
              <button type="button" className="l" onClick={() => onSpan(undefined, undefined)}>
                All times
              </button>
            </>
          )}
        </span>
        <span>{fullTime(new Date(last))}</span>
      </div>
    </section>
  )
}

/** Times without an entry have their place too. */
const filled = (buckets: Counts['buckets'], length: number) => {
  const byTime = new Map(buckets.map((bucket) => [Date.parse(bucket.from), bucket.count]))
  const last = Math.max(...byTime.keys())
  const first = Math.max(Math.min(...byTime.keys()), last - (MOST - 1) * length)
  const columns: { from: number; count: number }[] = []
  for (let at = first; at <= last; at += length) columns.push({ from: at, count: byTime.get(at) ?? 0 })
  return columns
}
