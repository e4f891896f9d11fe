import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useCallback, useMemo, useRef } from 'react'
import { get, native, query } from '../api/client.ts'
import { Chart, type Span } from './Chart.tsx'
import { ChartControls } from './ChartControls.tsx'
import { COLOURS, colourOf } from './colours.ts'
import { download } from './download.ts'
import { count } from './format.ts'
import { Card } from './layout.tsx'
import { SaveButtons } from './SaveButtons.tsx'
import { saveCanvas } from './saveCanvas.ts'
import { csvOf, type Lines, type Series } from './series.ts'
import { Failure, Loading } from './states.tsx'
import { type Look, useLook } from './useLook.ts'
import { useSeen } from './useSeen.ts'

export interface ChartRun {
  id: string
  name: string
}

/** One chart a metric over the same runs; a zoom of one is a zoom of all. */
export function MetricCharts({ runs, metrics, isSmall = false }: { runs: ChartRun[]; metrics: string[]; isSmall?: boolean }) {
  const { look, set } = useLook()
  const onSpan = useCallback((span: Span | null) => set({ span: span ? span.join(',') : undefined }), [set])
  if (!metrics.length) return <p className="empty">No metric was logged.</p>
  return (
    <div className="stack">
      {!isSmall && <ChartControls look={look} onChange={set} />}
      {!isSmall && <Legend runs={runs} />}
      <div className="charts">
        {metrics.map((metric) => (
          <MetricChart key={metric} metric={metric} runs={runs} look={look} isSmall={isSmall} onSpan={onSpan} />
        ))}
      </div>
    </div>
  )
}

/** Stretches of the axis that the server tells apart: as many as a chart has pixels to show, fewer of many lines. */
const CELLS = 1_024
const FEW_CELLS = 400
const MANY = 20
/** Pixels of the line below a chart that names what is under the pointer. */
const SAID = 28

function Legend({ runs }: { runs: ChartRun[] }) {
  if (runs.length > COLOURS)
    return (
      <p className="s m">{runs.length} runs; hover a line for its name; up to ten that you choose in the table have colours.</p>
    )
  return (
    <ul className="legend">
      {runs.map((run, i) => (
        <li key={run.id}>
          <span className="sw" style={{ background: colourOf(i) }} /> {run.name}
        </li>
      ))}
    </ul>
  )
}

function MetricChart({
  metric,
  runs,
  look,
  isSmall,
  onSpan,
}: {
  metric: string
  runs: ChartRun[]
  look: Look
  isSmall: boolean
  onSpan: (span: Span | null) => void
}) {
  const canvas = useRef<HTMLCanvasElement | null>(null)
  const box = useRef<HTMLDivElement>(null)
  const isSeen = useSeen(box)
  const height = isSmall ? 150 : 240
  const { axis, smoothing, span } = look
  const asked = {
    metric,
    runs: runs.map((run) => run.id).join(','),
    axis,
    from: span?.[0],
    to: span?.[1],
    smoothing: smoothing || undefined,
    cells: isSmall || runs.length > MANY ? FEW_CELLS : CELLS,
  }
  const found = useQuery({
    queryKey: ['lines', asked],
    queryFn: () => get<Lines>(`${native}/metrics/lines${query(asked)}`),
    // Of many charts those in sight are asked for.
    enabled: isSeen,
    staleTime: 10_000,
    placeholderData: keepPreviousData,
    // Numbers are many: comparing them with the ones before costs more than drawing them.
    structuralSharing: false,
  })
  const series = useMemo((): Series[] => {
    const byRun = new Map((found.data?.lines ?? []).map((line) => [line.run, line]))
    return runs.flatMap((run, i) => {
      const line = byRun.get(run.id)
      return line ? [{ name: run.name, at: line.at, value: line.value, colour: i }] : []
    })
  }, [found.data, runs])
  const ready = useCallback((drawn: HTMLCanvasElement) => {
    canvas.current = drawn
  }, [])
  const note = found.data && !found.isPlaceholderData ? noteOf(found.data, look.log ?? false) : ''
  return (
    <Card
      title={metric}
      flush
      className="ch"
      right={
        <>
          <SaveButtons
            name={metric}
            onPng={() =>
              canvas.current &&
              saveCanvas(
                canvas.current,
                metric,
                series.map((each) => each.name),
              )
            }
            onCsv={() => download(new Blob([csvOf(series, axis)], { type: 'text/csv' }), `${metric}.csv`)}
          />
        </>
      }
    >
      <div ref={box}>
        {found.isPending && <Loading height={height + SAID} />}
        {found.isError && <Failure error={found.error} />}
        {found.data && (
          <Chart
            series={series}
            width={found.data.width}
            height={height}
            label={metric}
            options={look}
            span={span}
            onSpan={onSpan}
            onReady={ready}
            note={note}
          />
        )}
      </div>
    </Card>
  )
}

/** What a chart does not show. */
const noteOf = ({ lines, width }: Lines, isLog: boolean) => {
  const odd = lines.reduce((sum, line) => sum + line.not_finite, 0)
  const points = lines.reduce((sum, line) => sum + line.count, 0)
  const hidden = isLog ? lines.reduce((sum, line) => sum + line.value.filter((value) => value <= 0).length, 0) : 0
  return [
    width > 1 ? `least and most of ${count(points)} points; zoom for all` : '',
    odd ? `${count(odd)} NaN or infinite` : '',
    hidden ? `${count(hidden)} not above 0 are not drawn` : '',
    lines.some((line) => !line.complete) ? 'not all points were read; choose fewer runs' : '',
  ]
    .filter(Boolean)
    .join(' · ')
}
