import { useQuery } from '@tanstack/react-query'
import { Link, useSearch } from '@tanstack/react-router'
import { get, mlflow } from '../api/client.ts'
import type { MlRun } from '../api/types.ts'
import { number } from '../parts/format.ts'
import { Card, Head } from '../parts/layout.tsx'
import { MetricCharts } from '../parts/MetricCharts.tsx'
import { Empty, Failure, Loading } from '../parts/states.tsx'

const MOST = 100
/** Names of metrics that are better when lower. */
const LOWER = /loss|error|rmse|mae|mse|logloss|brier/i

export function Compare() {
  const search = useSearch({ strict: false }) as { runs?: string }
  const ids = String(search.runs ?? '')
    .split(',')
    .filter(Boolean)
    .slice(0, MOST)
  const runs = useQuery({
    queryKey: ['runs', ids],
    queryFn: () => Promise.all(ids.map((id) => get<{ run: MlRun }>(`${mlflow}/runs/get?run_id=${id}`).then((r) => r.run))),
    enabled: ids.length > 0,
  })
  if (ids.length < 2) return <Empty>Choose two or more runs in an experiment, then compare them.</Empty>
  if (runs.isPending) return <Loading height={500} />
  if (runs.isError) return <Failure error={runs.error} />
  const all = runs.data
  const metrics = [...new Set(all.flatMap((run) => run.data.metrics?.map((m) => m.key) ?? []))].sort()
  const params = [...new Set(all.flatMap((run) => run.data.params?.map((p) => p.key) ?? []))].sort()
  const value = (run: MlRun, key: string) => run.data.params?.find((p) => p.key === key)?.value
  const differing = params.filter((key) => new Set(all.map((run) => value(run, key))).size > 1)
  return (
    <div className="p-compare">
      <Head title={`Compare ${all.length} runs`} sub={`${differing.length} of ${params.length} parameters differ`} />
      <div className="stack">
        <MetricCharts
          runs={all.map((run) => ({ id: run.info.run_id, name: run.info.run_name, start: run.info.start_time }))}
          metrics={metrics}
        />
        <Card title="Metrics, best in bold" flush>
          <Matrix
            runs={all}
            rows={metrics}
            cell={(run, key) => {
              const metric = run.data.metrics?.find((m) => m.key === key)
              const numbers = all
                .map((each) => Number(each.data.metrics?.find((m) => m.key === key)?.value))
                .filter(Number.isFinite)
              const best = LOWER.test(key) ? Math.min(...numbers) : Math.max(...numbers)
              const text = number(metric?.value, 5)
              return Number(metric?.value) === best ? <b>{text}</b> : text
            }}
          />
        </Card>
        <Card title="Parameters that differ" flush>
          {differing.length === 0 ? (
            <p className="empty">All parameters are equal.</p>
          ) : (
            <Matrix runs={all} rows={differing} cell={(run, key) => value(run, key) ?? '–'} />
          )}
        </Card>
      </div>
    </div>
  )
}

function Matrix({ runs, rows, cell }: { runs: MlRun[]; rows: string[]; cell: (run: MlRun, key: string) => React.ReactNode }) {
  return (
    <div className="scroll">
      <table>
        <thead>
          <tr>
            <th>
              <span className="vh">Name</span>
            </th>
            {runs.map((run) => (
              <th key={run.info.run_id} className="n">
                <Link className="l" to={`/ui/runs/${run.info.run_id}`}>
                  {run.info.run_name}
                </Link>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((key) => (
            <tr key={key}>
              <th scope="row">{key}</th>
              {runs.map((run) => (
                <td key={run.info.run_id} className="n">
                  {cell(run, key)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
