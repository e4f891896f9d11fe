import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { mlflow, post } from '../../api/client.ts'
import type { MlRun } from '../../api/types.ts'
import { count } from '../../parts/format.ts'
import { Card } from '../../parts/layout.tsx'
import { Time } from '../../parts/marks.tsx'
import { RunMark } from '../../parts/RunMark.tsx'
import { Table } from '../../parts/Table.tsx'

/** Most that are listed here; the table of runs has all. */
const MOST = 100

/** Runs that were begun within this one. */
export function Children({ run, experiment }: { run: string; experiment: string }) {
  const found = useQuery({
    queryKey: ['children', run],
    queryFn: () =>
      post<{ runs?: MlRun[]; total_count?: number | string }>(`${mlflow}/runs/search`, {
        experiment_ids: [experiment],
        filter: `tags.mlflow.parentRunId = '${run}'`,
        max_results: MOST,
        include_total: true,
      }),
    retry: false,
  })
  const runs = found.data?.runs ?? []
  const total = Number(found.data?.total_count ?? runs.length)
  if (!runs.length) return null
  return (
    <Card
      title="Runs within it"
      right={
        total > runs.length ? (
          <Link className="l" to={`/ui/experiments/${experiment}`} search={{ filter: `tags.mlflow.parentRunId = '${run}'` }}>
            all {count(total)}
          </Link>
        ) : (
          count(total)
        )
      }
      flush
    >
      <Table
        label="Runs within it"
        of={runs}
        keyOf={(each) => each.info.run_id}
        columns={[
          {
            title: 'Run',
            cell: (each) => (
              <>
                <RunMark status={each.info.status} />{' '}
                <Link className="l" to={`/ui/runs/${each.info.run_id}`}>
                  {each.info.run_name}
                </Link>
              </>
            ),
          },
          { title: 'Started', cell: (each) => <Time at={each.info.start_time} />, n: true },
        ]}
      />
    </Card>
  )
}
