import { useQuery } from '@tanstack/react-query'
import { useMemo, useState } from 'react'
import { get, native, query, type Why } from '../../api/client.ts'
import { count, fullTime } from '../../parts/format.ts'
import { Card } from '../../parts/layout.tsx'
import { Loading } from '../../parts/states.tsx'

interface Counts {
  buckets: { from: string; outcomes: Record<string, number> }[]
  newest: boolean
}
interface Asked {
  model?: string | undefined
  version?: string | undefined
  outcome?: string | undefined
  from?: string | undefined
  to?: string | undefined
}

const BUCKETS: [words: string, length: string, ms: number][] = [
  ['minutes', '1m', 60_000],
  ['hours', '1h', 3_600_000],
  ['days', '1d', 86_400_000],
  ['weeks', '7d', 604_800_000],
]
const HEIGHT = 96
/** Most columns that are drawn; longer spans take longer buckets. */
const MOST = 90
const SHADES = [85, 45, 20, 65]

/** How often each outcome was decided, over time; a column narrows the list to its time. */
export function Outcomes({
  asked,
  why,
  onSpan,
  onOutcome,
}: {
  asked: Asked
  why: Why
  onSpan: (from: string | undefined, to: string | undefined) => void
  onOutcome: (outcome: string) => void
}) {
  const [chosen, setChosen] = useState<string | null>(null)
  const daily = useQuery({
    queryKey: ['decision counts', asked, why, chosen],
    queryFn: async (): Promise<{ counts: Counts; length: number; bucket: string }> => {
      const read = (bucket: string) => get<Counts>(`${native}/decisions/counts${query({ ...asked, bucket })}`, why)
      const own = BUCKETS.find(([, length]) => length === chosen)
      if (own) return { counts: await read(own[1]), length: own[2], bucket: own[1] }
      // The shortest buckets whose columns still have room.
      const days = await read('1d')
      const first = Date.parse(days.buckets[0]?.from ?? '')
      const last = Date.parse(days.buckets[days.buckets.length - 1]?.from ?? '')
      if (last - first > MOST * 86_400_000) return { counts: await read('7d'), length: 604_800_000, bucket: '7d' }
      if (last - first > 3 * 86_400_000) return { counts: days, length: 86_400_000, bucket: '1d' }
      const hours = await read('1h')
      if (hours.buckets.length > 2) return { counts: hours, length: 3_600_000, bucket: '1h' }
      return { counts: await read('1m'), length: 60_000, bucket: '1m' }
    },
    retry: false,
  })
  const shown = daily.data
  const { outcomes, total, columns, most } = useMemo(() => gathered(shown?.counts, shown?.length ?? 1), [shown])
  // What stands below does not move when they come.
  if (daily.isLoading) return <Loading height={HEIGHT + 147} />
  if (!shown || total === 0) return null
  return (
    <Card
      title="Outcomes over time"
      right={
        <>
          {shown.counts.newest && <span className="m">of the newest 262 144</span>} {count(total)}
          <select
            className="field sm"
            aria-label="Length of a column"
            value={shown.bucket}
            onChange={(e) => setChosen(e.target.value)}
          >
            {BUCKETS.map(([words, length]) => (
              <option key={length} value={length}>
                {words}
              </option>
            ))}
          </select>
        </>
      }
    >
      <div className="cols" style={{ height: HEIGHT }}>
        {columns.map((column) => {
          const from = new Date(column.from)
          const sum = [...column.counts.values()].reduce((a, b) => a + b, 0)
          const said = `${fullTime(from)}: ${outcomes.map(([name]) => `${column.counts.get(name) ?? 0} ${name}`).join(', ')}`
          return (
            <button
              key={column.from}
              type="button"
              title={said}
              aria-label={said}
              disabled={sum === 0}
              onClick={() => onSpan(from.toISOString(), new Date(column.from + shown.length).toISOString())}
            >
              {outcomes.map(([name], i) => (
                <i
                  key={name}
                  style={{
                    height: `${((column.counts.get(name) ?? 0) / most) * 100}%`,
                    background: shade(i),
                  }}
                />
              ))}
            </button>
          )
        })}
      </div>
      <div className="cols-ax s m num">
        <span>{fullTime(new Date(columns[0]?.from ?? 0))}</span>
        {asked.from && (
          <button type="button" className="l" onClick={() => onSpan(undefined, undefined)}>
            All times
          </button>
        )}
        <span>{fullTime(new Date((columns[columns.length - 1]?.from ?? 0) + shown.length))}</span>
      </div>
      <ul className="legend">
        {outcomes.map(([name, n], i) => (
          <li key={name}>
            <span className="sw" style={{ background: shade(i) }} />{' '}
            <button type="button" className="l" onClick={() => onOutcome(name)}>
              {name || 'no outcome'}
            </button>{' '}
            <span className="num">{count(n)}</span> <span className="m num">{((100 * n) / total).toFixed(1)} %</span>
          </li>
        ))}
      </ul>
    </Card>
  )
}

/** One ink in shades: no outcome is good or bad by itself. */
const shade = (i: number) => `color-mix(in oklab, var(--ac) ${SHADES[i % SHADES.length]}%, var(--sunk))`

const gathered = (counts: Counts | undefined, length: number) => {
  const sums = new Map<string, number>()
  const byTime = new Map<number, Map<string, number>>()
  for (const bucket of counts?.buckets ?? []) {
    byTime.set(Date.parse(bucket.from), new Map(Object.entries(bucket.outcomes)))
    for (const [name, n] of Object.entries(bucket.outcomes)) sums.set(name, (sums.get(name) ?? 0) + n)
  }
  const times = [...byTime.keys()]
  const first = Math.min(...times)
  const last = Math.max(...times)
  const columns: { from: number; counts: Map<string, number> }[] = []
  // Times without a decision have their place too.
  for (let at = Math.max(first, last - (MOST - 1) * length); at <= last; at += length)
    columns.push({ from: at, counts: byTime.get(at) ?? new Map() })
  const outcomes = [...sums].sort((a, b) => b[1] - a[1])
  return {
    outcomes,
    total: outcomes.reduce((sum, [, n]) => sum + n, 0),
    columns,
    most: Math.max(1, ...columns.map((column) => [...column.counts.values()].reduce((a, b) => a + b, 0))),
  }
}
