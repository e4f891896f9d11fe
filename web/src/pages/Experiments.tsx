import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { useRef } from 'react'
import { get, mlflow, post, query } from '../api/client.ts'
import type { MlExperiment } from '../api/types.ts'
import { useMay } from '../app/session.ts'
import { count } from '../parts/format.ts'
import { Icon } from '../parts/Icon.tsx'
import { Card, Head } from '../parts/layout.tsx'
import { Time } from '../parts/marks.tsx'
import { Empty, Loading } from '../parts/states.tsx'
import { Table } from '../parts/Table.tsx'
import { Unshown } from '../parts/Unshown.tsx'
import { useSeen } from '../parts/useSeen.ts'

export function Experiments() {
  const { name = '' } = useSearch({ strict: false }) as { name?: string }
  const navigate = useNavigate()
  const found = useQuery({
    queryKey: ['experiments'],
    queryFn: allExperiments,
  })
  if (found.isPending) return <Loading height={400} />
  if (found.isLoadingError) return <Unshown title="Experiments" error={found.error} />
  const all = found.data
  const shown = all.filter((each) => each.name.toLowerCase().includes(String(name).toLowerCase()))
  return (
    <>
      <Head
        title="Experiments"
        sub={name ? `${count(shown.length)} of ${count(all.length)}` : `${count(all.length)} in this project`}
      />
      <div className="bar">
        <label className="field w">
          <Icon name="search" />
          <input
            className="bare"
            data-filter
            placeholder="Filter by name"
            aria-label="Filter by name"
            value={name}
            onChange={(e) =>
              void navigate({ to: '/ui/experiments', search: e.target.value ? { name: e.target.value } : {}, replace: true })
            }
          />
          <kbd>/</kbd>
        </label>
      </div>
      <Card flush>
        {shown.length === 0 ? (
          <Empty {...(all.length ? {} : { line: `mlflow.set_tracking_uri("${location.origin}")` })}>
            {all.length ? 'No experiment has this name.' : 'No experiment yet. The first run of a client makes one.'}
          </Empty>
        ) : (
          <Table
            label="Experiments"
            of={shown}
            keyOf={(each) => each.experiment_id}
            columns={[
              {
                title: 'Name',
                cell: (each) => (
                  <Link className="l" to={`/ui/experiments/${each.experiment_id}`}>
                    {each.name}
                  </Link>
                ),
              },
              { title: 'Runs', cell: (each) => <Runs of={each.experiment_id} />, n: true },
              { title: 'Id', cell: (each) => <span className="mono m">{each.experiment_id}</span>, n: true },
              { title: 'Last change', cell: (each) => <Time at={each.last_update_time} />, n: true },
              { title: 'Made', cell: (each) => <Time at={each.creation_time} />, n: true },
            ]}
          />
        )}
      </Card>
    </>
  )
}

/** Every experiment, page after page. */
const allExperiments = async (): Promise<MlExperiment[]> => {
  const all: MlExperiment[] = []
  let token: string | undefined
  do {
    const page: { experiments?: MlExperiment[]; next_page_token?: string } = await get(
      `${mlflow}/experiments/search${query({ max_results: 1000, page_token: token })}`,
    )
    all.push(...(page.experiments ?? []))
    token = page.next_page_token
  } while (token)
  return all
}

const FRESH = 30_000

/** How many runs an experiment has. */
function Runs({ of }: { of: string }) {
  const box = useRef<HTMLSpanElement>(null)
  const isSeen = useSeen(box)
  const may = useMay()
  const found = useQuery({
    queryKey: ['runs in', of],
    queryFn: () =>
      post<{ total_count?: number | string }>(`${mlflow}/runs/search`, {
        experiment_ids: [of],
        max_results: 1,
        include_total: true,
        fields: ['info'],
      }),
    enabled: isSeen && may('run.list'),
    staleTime: FRESH,
    retry: false,
  })
  const total = found.data?.total_count
  return (
    <span ref={box} className="num">
      {total === undefined ? ' ' : count(Number(total))}
    </span>
  )
}
