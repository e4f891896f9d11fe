import { Link } from '@tanstack/react-router'
import type { Deployment } from '../../api/types.ts'
import { Card } from '../../parts/layout.tsx'
import { Person, Time } from '../../parts/marks.tsx'
import { Table } from '../../parts/Table.tsx'

export function LiveNow({ of }: { of: Deployment[] }) {
  return (
    <Card
      title="Live now"
      right={
        <Link className="l" to="/ui/deployments">
          all deployments
        </Link>
      }
      flush
    >
      <Table
        label="Live now"
        of={of}
        keyOf={(each) => each.id}
        columns={[
          { title: 'Endpoint', cell: (each) => <b>{each.endpoint}</b> },
          {
            title: 'Model',
            cell: (each) =>
              each.model && (
                <Link className="l" to={`/ui/models/${encodeURIComponent(each.model)}/${each.version}`}>
                  {each.model} <span className="chip">v{each.version}</span>
                </Link>
              ),
          },
          { title: 'Tier', cell: (each) => each.tier },
          { title: 'By', cell: (each) => <Person id={each.requested_by} name={each.requested_by_name} /> },
          { title: 'Since', cell: (each) => <Time at={each.live_from} />, n: true },
        ]}
      />
    </Card>
  )
}
