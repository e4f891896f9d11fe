import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { mlflow, post } from '../../api/client.ts'
import type { MlRun } from '../../api/types.ts'
import { number } from '../../parts/format.ts'
import { isLowerBetter, isMetric, isOfMachine, nameOf, quoted } from './values.ts'

/** The run that does best of those that match, by the metric they are sorted by, or else by the first that was measured on other data. */
export function Best({
  experiment,
  filter,
  order,
  known,
}: {
  experiment: string
  filter: string | undefined
  order: string
  known: string[]
}) {
  const metrics = known.filter((column) => isMetric(column) && !isOfMachine(nameOf(column)))
  const metric = metrics.find((column) => order.startsWith(`${quoted(column)} `)) ?? metrics[0]
  const name = metric && nameOf(metric)
  const found = useQuery({
    queryKey: ['best run', experiment, filter, metric],
    queryFn: async () => {
      const { runs } = await post<{ runs?: MlRun[] }>(`${mlflow}/runs/search`, {
        experiment_ids: [experiment],
        filter: filter ?? '',
        order_by: [`${quoted(metric ?? '')} ${isLowerBetter(name ?? '') ? 'ASC' : 'DESC'}`],
        max_results: 1,
      })
      return runs?.[0] ?? null
    },
    enabled: metric !== undefined,
    retry: false,
  })
  const value = found.data?.data.metrics?.find((each) => each.key === name)?.value
  if (!found.data || value === undefined) return <>&nbsp;</>
  return (
    <>
      {isLowerBetter(name ?? '') ? 'Lowest' : 'Highest'} {name} <b className="num">{number(value)}</b>:{' '}
      <Link className="l" to={`/ui/runs/${found.data.info.run_id}`}>
        {found.data.info.run_name}
      </Link>
    </>
  )
}
