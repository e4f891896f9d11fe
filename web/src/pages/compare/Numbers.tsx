import { Link } from '@tanstack/react-router'
import { Fragment, type ReactNode } from 'react'
import type { MlRun } from '../../api/types.ts'
import { colourOf } from '../../parts/colours.ts'
import { number, signed } from '../../parts/format.ts'
import { Card } from '../../parts/layout.tsx'
import { Time } from '../../parts/marks.tsx'
import { isLowerBetter } from '../runs/values.ts'

/** Runs beyond which each is a row instead of a column. */
const COLUMNS = 8

export const paramOf = (run: MlRun, key: string) => run.data.params?.find((each) => each.key === key)?.value
export const metricOf = (run: MlRun, key: string) => run.data.metrics?.find((each) => each.key === key)?.value

/** The best of a metric, where there is more than one value. */
const bestOf = (runs: MlRun[], key: string): number | null => {
  const values = runs.map((run) => Number(metricOf(run, key))).filter(Number.isFinite)
  const best = isLowerBetter(key) ? Math.min(...values) : Math.max(...values)
  return new Set(values).size > 1 ? best : null
}

function Value({ run, base, best, metric }: { run: MlRun; base: MlRun; best: number | null; metric: string }) {
  const value = metricOf(run, metric)
  const at = Number(metricOf(base, metric))
  const isBest = best !== null && Number(value) === best
  return (
    <>
      {isBest && <span className="chip ac">best</span>} <span className={isBest ? 'best' : ''}>{number(value, 5)}</span>
      <small>
        {run === base ? 'baseline' : value !== undefined && Number.isFinite(at) ? signed(Number(value) - at, 4) : ' '}
      </small>
    </>
  )
}

/** Parameters that differ first, then metrics with the best marked and the difference to the baseline, then what is equal. */
export function Numbers({ runs, base, onBase }: { runs: MlRun[]; base: MlRun; onBase: (run: string) => void }) {
  const metrics = [...new Set(runs.flatMap((run) => run.data.metrics?.map((each) => each.key) ?? []))].sort()
  const params = [...new Set(runs.flatMap((run) => run.data.params?.map((each) => each.key) ?? []))].sort()
  const differing = params.filter((key) => new Set(runs.map((run) => paramOf(run, key))).size > 1)
  const equal = params.filter((key) => !differing.includes(key))
  const name = (run: MlRun, i: number) => (
    <>
      <span className="sw" style={{ background: colourOf(i) }} />{' '}
      <Link className="l" to={`/ui/runs/${run.info.run_id}`}>
        {run.info.run_name}
      </Link>
    </>
  )
  const right = (
    <label className="s m">
      Differences are against{' '}
      <select className="field sm" value={base.info.run_id} onChange={(e) => onBase(e.target.value)}>
        {runs.map((run) => (
          <option key={run.info.run_id} value={run.info.run_id}>
            {run.info.run_name}
          </option>
        ))}
      </select>
    </label>
  )
  const best = new Map(metrics.map((key) => [key, bestOf(runs, key)]))
  const param = (run: MlRun, key: string) => (
    <td key={`${run.info.run_id} ${key}`} className={`n ${paramOf(run, key) === paramOf(base, key) ? '' : 'other'}`}>
      {paramOf(run, key) ?? '–'}
    </td>
  )
  const metric = (run: MlRun, key: string) => (
    <td key={`${run.info.run_id} ${key}`} className="n">
      <Value run={run} base={base} best={best.get(key) ?? null} metric={key} />
    </td>
  )
  const parts: [title: string, keys: string[], cell: (run: MlRun, key: string) => ReactNode][] = [
    [
      `Parameters that differ · tinted: not the baseline’s value${equal.length ? ` · ${equal.length} equal below` : ''}`,
      differing,
      param,
    ],
    ['Metrics', metrics, metric],
    ['Equal parameters', equal, param],
  ]
  return (
    <Card title="Numbers" right={right} flush>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard */}
      <section className="scroll" tabIndex={0} aria-label="Numbers of the runs">
        {runs.length <= COLUMNS ? (
          <table className="cmp">
            <thead>
              <tr>
                <th>
                  <span className="vh">Name</span>
                </th>
                {runs.map((run, i) => (
                  <th key={run.info.run_id} className="n">
                    {name(run, i)}
                    <small>
                      <Time at={run.info.start_time} />
                    </small>
                  </th>
                ))}
              </tr>
            </thead>
            {parts.map(
              ([title, keys, cell]) =>
                keys.length > 0 && (
                  <tbody key={title}>
                    <tr className="part">
                      <th colSpan={runs.length + 1}>{title}</th>
                    </tr>
                    {keys.map((key) => (
                      <tr key={key}>
                        <th scope="row">{key}</th>
                        {runs.map((run) => cell(run, key))}
                      </tr>
                    ))}
                  </tbody>
                ),
            )}
          </table>
        ) : (
          <table className="cmp">
            <thead>
              <tr>
                <th>Run</th>
                {[...differing, ...metrics].map((key) => (
                  <th key={key} className="n">
                    {key}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {runs.map((run, i) => (
                <tr key={run.info.run_id}>
                  <th scope="row">{name(run, i)}</th>
                  <Fragment>
                    {differing.map((key) => param(run, key))}
                    {metrics.map((key) => metric(run, key))}
                  </Fragment>
                </tr>
              ))}
            </tbody>
          </table>
        )}
      </section>
    </Card>
  )
}
