import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { get, native, type Page } from '../../api/client.ts'
import type { Deployment, RunInShort } from '../../api/types.ts'
import { useMay } from '../../app/session.ts'
import { Icon } from '../../parts/Icon.tsx'
import { Card } from '../../parts/layout.tsx'
import { Person, Time } from '../../parts/marks.tsx'
import { threadOf } from '../../parts/paths.ts'

/** What failed in the last days. */
const DAYS = 7
const MOST = 5

interface Line {
  key: string
  icon: string
  what: string
  hint: React.ReactNode
  at: string
  to: string
}

/** Runs and deployments that failed lately: nobody else tells. */
export function Failed() {
  const may = useMay()
  const runs = useQuery({
    queryKey: ['runs', 'failed'],
    queryFn: () => get<Page<RunInShort>>(`${native}/runs?status=FAILED&limit=${MOST}`),
    enabled: may('run.list'),
    retry: false,
  })
  const deployments = useQuery({
    queryKey: ['deployments', 'failed'],
    queryFn: () => get<Page<Deployment>>(`${native}/deployments?state=failed&limit=${MOST}`),
    enabled: may('deployment.log.read'),
    retry: false,
  })
  const since = Date.now() - DAYS * 86_400_000
  const lines: Line[] = [
    ...(runs.data?.items ?? []).map((run) => ({
      key: run.id,
      icon: 'run',
      what: `Run ${run.name}`,
      hint: `in ${run.experiment_name}`,
      at: run.ended_at ?? run.started_at,
      to: `/ui/runs/${run.id}`,
    })),
    ...(deployments.data?.items ?? []).map((each) => ({
      key: each.id,
      icon: 'deployment',
      what: `Deployment of ${each.model} v${each.version} to ${each.endpoint}`,
      hint: <Person id={each.requested_by} name={each.requested_by_name} />,
      at: each.ended_at ?? each.requested_at,
      to: threadOf(`deployment:${each.id}`),
    })),
  ]
    .filter((line) => Date.parse(line.at) >= since)
    .toSorted((a, b) => Date.parse(b.at) - Date.parse(a.at))
    .slice(0, MOST)
  if (!lines.length) return null
  return (
    <Card title="Failed" right={`in ${DAYS} days`} flush>
      <ul className="need">
        {lines.map((line) => (
          <li key={line.key}>
            <span className="need-i">
              <Icon name={line.icon} size={16} />
            </span>
            <div>
              <b>{line.what}</b>
              <div className="s m">{line.hint}</div>
            </div>
            <span className="m s">
              <Time at={line.at} />
            </span>
            <Link className="btn sm" to={line.to}>
              Open
            </Link>
          </li>
        ))}
      </ul>
    </Card>
  )
}
