import { Link } from '@tanstack/react-router'
import type { MlRun } from '../../api/types.ts'
import { number } from '../../parts/format.ts'
import { Card } from '../../parts/layout.tsx'
import { Time } from '../../parts/marks.tsx'
import { RunMark } from '../../parts/RunMark.tsx'
import { Table } from '../../parts/Table.tsx'

export function NewestRuns({ of }: { of: MlRun[] }) {
  const metric = of[0]?.data.metrics?.find((each) => /auc|acc|f1/i.test(each.key) && /val|test/i.test(each.key))?.key
  const shown = metric ?? of[0]?.data.metrics?.[0]?.key
  return (
    <Card
      title="Newest runs"
      right={
        <Link className="l" to="/ui/experiments">
          experiments
        </Link>
      }
      flush
    >
      <Table
        label="Newest runs"
        of={of}
        keyOf={(run) => run.info.run_id}
        columns={[
          {
            title: 'Run',
            cell: (run) => (
              <>
                <RunMark status={run.info.status} />{' '}
                <Link className="l" to={`/ui/runs/${run.info.run_id}`}>
                  {run.info.run_name}
                </Link>
              </>
            ),
          },
          {
            title: shown ?? 'Metric',
            cell: (run) => number(run.data.metrics?.find((each) => each.key === shown)?.value),
            n: true,
          },
          { title: 'Started', cell: (run) => <Time at={run.info.start_time} />, n: true },
        ]}
      />
    </Card>
  )
}
