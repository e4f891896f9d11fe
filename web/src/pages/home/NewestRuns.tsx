import { Link } from '@tanstack/react-router'
import type { RunInShort } from '../../api/types.ts'
import { number } from '../../parts/format.ts'
import { Card } from '../../parts/layout.tsx'
import { Time } from '../../parts/marks.tsx'
import { RunMark } from '../../parts/RunMark.tsx'
import { Table } from '../../parts/Table.tsx'

export function NewestRuns({ of }: { of: RunInShort[] }) {
  const names = Object.keys(of[0]?.metrics ?? {})
  const shown = names.find((name) => /auc|acc|f1/i.test(name) && /val|test/i.test(name)) ?? names[0]
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
        keyOf={(run) => run.id}
        columns={[
          {
            title: 'Run',
            cell: (run) => (
              <>
                <RunMark status={run.status} />{' '}
                <Link className="l" to={`/ui/runs/${run.id}`}>
                  {run.name}
                </Link>
              </>
            ),
            full: (run) => `in ${run.experiment_name}`,
          },
          { title: shown ?? 'Metric', cell: (run) => number(shown ? run.metrics[shown] : undefined), n: true },
          { title: 'Started', cell: (run) => <Time at={run.started_at} />, n: true },
        ]}
      />
    </Card>
  )
}
