import { useQuery } from '@tanstack/react-query'
import { useCallback, useMemo, useRef, useState } from 'react'
import { get, mlflow, seg } from '../api/client.ts'
import { Chart, type ChartOptions } from './Chart.tsx'
import { COLOURS, colourOf } from './colours.ts'
import { download } from './download.ts'
import { Card } from './layout.tsx'
import { SaveButtons } from './SaveButtons.tsx'
import { type Axis, csvOf, lineOf, type Point, type Series, smoothed } from './series.ts'
import { Failure, Loading } from './states.tsx'

export interface ChartRun {
  id: string
  name: string
  start: number
}

interface Look extends ChartOptions {
  smoothing: number
}

/** One chart a metric over the same runs, with one set of controls. */
export function MetricCharts({ runs, metrics, isSmall = false }: { runs: ChartRun[]; metrics: string[]; isSmall?: boolean }) {
  const [look, setLook] = useState<Look>({ axis: 'step', smoothing: 0, log: false, robust: false })
  if (!metrics.length) return <p className="empty">No metric was logged.</p>
  return (
    <div className="stack">
      {!isSmall && <Controls look={look} onChange={setLook} />}
      {!isSmall && <Legend runs={runs} />}
      <div className="charts">
        {metrics.map((metric) => (
          <MetricChart key={metric} metric={metric} runs={runs} look={look} height={isSmall ? 150 : 240} />
        ))}
      </div>
    </div>
  )
}

/** Points of a run that the server samples: more than a chart is wide; of many runs together, fewer each. */
const POINTS = 2_500
const FEW_POINTS = 600
const MANY = 20

const AXES: Axis[] = ['step', 'time', 'relative']

function Controls({ look, onChange }: { look: Look; onChange: (look: Look) => void }) {
  return (
    <div className="bar ctl">
      <span className="seg" role="group" aria-label="Axis">
        {AXES.map((axis) => (
          <button key={axis} type="button" aria-pressed={look.axis === axis} onClick={() => onChange({ ...look, axis })}>
            {axis.charAt(0).toUpperCase() + axis.slice(1)}
          </button>
        ))}
      </span>
      <label>
        Smoothing{' '}
        <input
          type="range"
          min={0}
          max={0.98}
          step={0.02}
          value={look.smoothing}
          onChange={(e) => onChange({ ...look, smoothing: Number(e.target.value) })}
        />{' '}
        <span className="num">{look.smoothing}</span>
      </label>
      <label>
        <input type="checkbox" checked={look.log ?? false} onChange={(e) => onChange({ ...look, log: e.target.checked })} /> Log
        scale
      </label>
      <label>
        <input type="checkbox" checked={look.robust ?? false} onChange={(e) => onChange({ ...look, robust: e.target.checked })} />{' '}
        Without outliers
      </label>
      <span className="s m end">Drag to zoom, double click to see all.</span>
    </div>
  )
}

function Legend({ runs }: { runs: ChartRun[] }) {
  if (runs.length > COLOURS)
    return <p className="s m">{runs.length} runs; hover a line for its name, choose runs in the table for colours.</p>
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

function MetricChart({ metric, runs, look, height }: { metric: string; runs: ChartRun[]; look: Look; height: number }) {
  const canvas = useRef<HTMLCanvasElement | null>(null)
  const ids = runs.map((run) => run.id)
  const found = useQuery({
    queryKey: ['histories', metric, ids],
    queryFn: () =>
      get<{ metrics?: Point[] }>(
        `${mlflow}/metrics/get-history-bulk-interval?metric_key=${seg(metric)}&max_results=${ids.length > MANY ? FEW_POINTS : POINTS}&${ids.map((id) => `run_ids=${id}`).join('&')}`,
      ),
    staleTime: 10_000,
  })
  const axis = look.axis ?? 'step'
  const series = useMemo((): Series[] => {
    const byRun = new Map<string, Point[]>()
    for (const point of found.data?.metrics ?? []) {
      const points = byRun.get(point.run_id ?? '')
      if (points) points.push(point)
      else byRun.set(point.run_id ?? '', [point])
    }
    return runs.flatMap((run, i) => {
      const points = byRun.get(run.id)
      if (!points) return []
      const { x, y } = lineOf(points, axis, run.start)
      return [{ name: run.name, x, y: smoothed(y, look.smoothing), colour: i }]
    })
  }, [found.data, runs, axis, look.smoothing])
  const ready = useCallback((drawn: HTMLCanvasElement) => {
    canvas.current = drawn
  }, [])
  return (
    <Card
      title={metric}
      flush
      className="ch"
      right={
        <SaveButtons
          name={metric}
          onPng={() => canvas.current?.toBlob((blob) => blob && download(blob, `${metric}.png`))}
          onCsv={() => download(new Blob([csvOf(series, axis)], { type: 'text/csv' }), `${metric}.csv`)}
        />
      }
    >
      {found.isPending && <Loading height={height} />}
      {found.isError && <Failure error={found.error} />}
      {found.isSuccess && <Chart series={series} height={height} label={metric} options={look} onReady={ready} />}
    </Card>
  )
}
