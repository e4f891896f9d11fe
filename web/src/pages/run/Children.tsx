import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { mlflow, post } from '../../api/client.ts'
import type { MlRun } from '../../api/types.ts'
import { Card } from '../../parts/layout.tsx'
import { Time } from '../../parts/marks.tsx'
import { RunMark } from '../../parts/RunMark.tsx'
import { Table } from '../../parts/Table.tsx'

/** Runs that were begun within this one. */
export function Children({ run, experiment }: { run: string; experiment: string }) {
  const found = useQuery({
    queryKey: ['children', run],
    queryFn: () =>
      post<{ runs?: MlRun[] }>(`${mlflow}/runs/search`, {
        experiment_ids: [experiment],
        filter: `tags.mlflow.parentRunId = '${run}'`,
        max_results: 100,
      }),
    retry: false,
  })
  const runs = found.data?.runs ?? []
  if (!runs.length) return null
  return (
    <Card title="Runs within it" right={runs.length} flush>
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
