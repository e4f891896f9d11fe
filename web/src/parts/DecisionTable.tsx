import { Link } from '@tanstack/react-router'
import type { DecisionSummary } from '../api/types.ts'
import { score, short } from './format.ts'
import { Time } from './marks.tsx'
import { Table } from './Table.tsx'

/** A few decisions, each a line. */
export function DecisionTable({ of, label = 'Newest decisions' }: { of: DecisionSummary[]; label?: string }) {
  return (
    <Table
      label={label}
      of={of}
      keyOf={(each) => each.id}
      columns={[
        {
          title: 'Decision',
          cell: (each) => (
            <Link className="l mono" to={`/ui/decisions/${each.id}`} title={each.id}>
              {short(each.id)}
            </Link>
          ),
        },
        { title: 'Outcome', cell: (each) => each.outcome ?? '–' },
        { title: 'Score', cell: (each) => score(each.score), n: true },
        { title: 'Time', cell: (each) => <Time at={each.event_time} />, n: true },
      ]}
    />
  )
}
