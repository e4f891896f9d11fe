import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { type ReactNode, useState } from 'react'
import { get, mlflow, native, type Page, query, seg } from '../../api/client.ts'
import type { Approval, DecisionSummary, Deployment, MlModel, Thread } from '../../api/types.ts'
import { useNeedsWhy, useReadable } from '../../app/readable.ts'
import { useMay } from '../../app/session.ts'
import { useWhy } from '../../app/why.ts'
import { ChangeHistory } from '../../parts/ChangeHistory.tsx'
import { DecisionTable } from '../../parts/DecisionTable.tsx'
import { bytesOf, short } from '../../parts/format.ts'
import { Card, Facts, Head } from '../../parts/layout.tsx'
import { Digest, Person, Time } from '../../parts/marks.tsx'
import { ProofBadge } from '../../parts/ProofBadge.tsx'
import { threadOf } from '../../parts/paths.ts'
import { Loading } from '../../parts/states.tsx'
import { type Column, Table } from '../../parts/Table.tsx'
import { ThreadLine } from '../../parts/ThreadLine.tsx'
import { Unshown } from '../../parts/Unshown.tsx'
import { crumbsOf } from './crumbs.tsx'
import { Alias, AskApproval, Deploy, Describe } from './dialogs.tsx'
import { DecidedSoFar, Evidence, Files, SignatureCard } from './Evidence.tsx'
import { useEvidence } from './useEvidence.ts'

type Doing = 'approve' | 'deploy' | 'alias' | 'describe' | null

/** A version: what it came from, who let it serve, where it serves, what it decided. */
export function ModelVersion() {
  const { name, version } = useParams({ strict: false }) as { name: string; version: string }
  const may = useMay()
  const client = useQueryClient()
  const [doing, setDoing] = useState<Doing>(null)
  const ref = `${name}/${version}`
  const { row: found, facts, run, signature, files } = useEvidence(name, version)
  const model = useQuery({
    queryKey: ['model', name],
    queryFn: () => get<{ registered_model: MlModel }>(`${mlflow}/registered-models/get${query({ name })}`),
  })
  const thread = useQuery({
    queryKey: ['thread', 'model-version', ref],
    queryFn: () => get<Thread>(`${native}/trace/model-version/${seg(ref)}?direction=both&depth=6&limit=500`),
    enabled: may('lineage.read'),
  })
  const approvals = useQuery({
    queryKey: ['approvals', 'all'],
    queryFn: () => get<Page<Approval>>(`${native}/approvals?limit=500`),
    enabled: may('approval.read'),
  })
  const deployments = useQuery({
    queryKey: ['deployments', 'all'],
    queryFn: () => get<Page<Deployment>>(`${native}/deployments?limit=500`),
    enabled: may('deployment.log.read'),
  })
  if (found.isLoadingError) return <Unshown crumbs={crumbsOf(name)} title={`${name} v${version}`} error={found.error} />
  if (found.isPending) return <Loading height={500} />
  const row = found.data.model_version
  const mine = <T extends { model?: string | undefined; version?: number | undefined }>(items: T[] | undefined) =>
    (items ?? []).filter((each) => each.model === name && String(each.version) === version)
  const aliases = (model.data?.registered_model.aliases ?? []).filter((alias) => alias.version === version)
  const isGranted = mine(approvals.data?.items).some((each) => each.state.toLowerCase() === 'granted')
  const dialog = { name, version, onClose: () => setDoing(null), onDone: () => void client.invalidateQueries() }
  return (
    <>
      <Head
        crumbs={crumbsOf(name)}
        title={`${name} v${version}`}
        badge={
          <>
            <ProofBadge seq={thread.data?.nodes[0]?.seq}>{isGranted ? 'Approved' : 'Registered'}</ProofBadge>
            {aliases.map((alias) => (
              <span key={alias.alias} className="chip ac">
                {alias.alias}
              </span>
            ))}
          </>
        }
        sub={row.description || 'No description'}
        acts={
          <>
            <Link className="btn" to={threadOf(`model-version:${ref}`)} search={{ way: 'both' }}>
              Thread
            </Link>
            {Number(version) > 1 && (
              <Link
                className="btn"
                to={`/ui/models/${seg(name)}/compare`}
                search={{ from: Number(version) - 1, to: Number(version) }}
              >
                Compare with v{Number(version) - 1}
              </Link>
            )}
            {may('model.card.edit') && <Act onClick={() => setDoing('describe')}>Describe</Act>}
            {may('model.alias.set') && <Act onClick={() => setDoing('alias')}>Set alias</Act>}
            {may('deployment.execute') && <Act onClick={() => setDoing('deploy')}>Deploy</Act>}
            {may('approval.request') && (
              <button type="button" className="btn p" onClick={() => setDoing('approve')}>
                Ask for approval
              </button>
            )}
          </>
        }
      />
      <ThreadLine thread={thread.data} isComing={thread.isLoading} current={`model-version:${ref}`} />
      <div className="g2">
        <div className="stack">
          {may('approval.read') && (
            <Card title="Approvals" flush>
              <Lines label="Approvals" empty="Nobody asked for one." of={mine(approvals.data?.items)} columns={APPROVALS} />
            </Card>
          )}
          {may('deployment.log.read') && (
            <Card title="Where it serves" flush>
              <Lines
                label="Where it serves"
                empty="It was never deployed."
                of={mine(deployments.data?.items)}
                columns={DEPLOYMENTS}
              />
            </Card>
          )}
          <NewestDecisions name={name} version={version} />
          {run && <Evidence run={run} />}
        </div>
        <aside className="stack">
          <Card title="Facts">
            <Facts
              of={[
                ['Registered', <Time key="t" at={row.creation_timestamp} full />],
                ['By', facts.data ? <Person key="b" id={facts.data.registered_by} name={facts.data.registered_by_name} /> : null],
                [
                  'Run',
                  row.run_id ? (
                    <Link key="r" className="l mono" to={`/ui/runs/${row.run_id}`} title={row.run_id}>
                      {short(row.run_id)}
                    </Link>
                  ) : null,
                ],
                [
                  'Source',
                  <span key="s" className="mono brk">
                    {row.source}
                  </span>,
                ],
                ['Stage', row.current_stage === 'None' ? null : row.current_stage],
                ['Digest', facts.data ? <Digest key="d" of={facts.data.digest} /> : null],
                ['Files', facts.data ? `${facts.data.files}, ${bytesOf(facts.data.bytes)}` : null],
                ...(row.tags ?? []).map((tag): [string, string] => [tag.key, tag.value]),
              ]}
            />
          </Card>
          {signature && <SignatureCard of={signature} />}
          {files.length > 0 && <Files of={files} />}
          <ChangeHistory path={`${native}/models/${seg(name)}/versions/${seg(version)}/history`} />
        </aside>
      </div>
      {doing === 'approve' && <AskApproval {...dialog} />}
      {doing === 'deploy' && <Deploy {...dialog} />}
      {doing === 'alias' && <Alias {...dialog} />}
      {doing === 'describe' && <Describe {...dialog} description={row.description ?? ''} />}
    </>
  )
}

const Act = ({ onClick, children }: { onClick: () => void; children: ReactNode }) => (
  <button type="button" className="btn" onClick={onClick}>
    {children}
  </button>
)

const APPROVALS: Column<Approval>[] = [
  {
    title: 'State',
    cell: (each) => (
      <span className={`chip ${each.state.toLowerCase() === 'pending' ? 'am' : ''}`}>{each.state.toLowerCase()}</span>
    ),
  },
  { title: 'Asked by', cell: (each) => <Person id={each.requested_by} name={each.requested_by_name} /> },
  {
    title: 'Votes',
    cell: (each) => (
      <>
        {each.granted} of {each.required}
        {each.votes.map((vote) => (
          <span key={vote.voter} className="m">
            {' · '}
            {vote.voter_name} {vote.vote === 'grant' ? 'granted' : 'rejected'}
          </span>
        ))}
      </>
    ),
  },
  { title: 'When', cell: (each) => <Time at={each.requested_at} />, n: true },
]

const DEPLOYMENTS: Column<Deployment>[] = [
  { title: 'Endpoint', cell: (each) => <b>{each.endpoint}</b> },
  {
    title: 'State',
    cell: (each) => <span className={`chip ${each.state === 'LIVE' ? 'ac' : ''}`}>{each.state.toLowerCase()}</span>,
  },
  { title: 'By', cell: (each) => <Person id={each.requested_by} name={each.requested_by_name} /> },
  { title: 'Since', cell: (each) => <Time at={each.live_from ?? each.requested_at} />, n: true },
]

function Lines<T extends { id: string }>({
  of,
  columns,
  empty,
  label,
}: {
  of: T[]
  columns: Column<T>[]
  empty: string
  label: string
}) {
  return of.length ? (
    <Table label={label} of={of} columns={columns} keyOf={(each) => each.id} />
  ) : (
    <p className="empty">{empty}</p>
  )
}

function NewestDecisions({ name, version }: { name: string; version: string }) {
  const readable = useReadable()
  const needsWhy = useNeedsWhy()
  const why = useWhy()
  const decisions = useQuery({
    queryKey: ['decisions', name, version, why],
    queryFn: () => get<Page<DecisionSummary>>(`${native}/decisions${query({ model: name, version, limit: 8 })}`, why),
    enabled: readable('decision.list'),
    retry: false,
  })
  if (!readable('decision.list') && !needsWhy('decision.list')) return null
  return (
    <Card
      title="Newest decisions"
      right={
        <Link className="l" to="/ui/decisions" search={{ model: name, version }}>
          all of this version
        </Link>
      }
      flush
    >
      {decisions.isError && <p className="empty">{decisions.error.message}</p>}
      <DecidedSoFar name={name} version={version} />
      {needsWhy('decision.list') && <p className="empty">Open the list to say why you look at decisions.</p>}
      {decisions.data &&
        (decisions.data.items.length ? (
          <DecisionTable of={decisions.data.items} />
        ) : (
          <p className="empty">It decided nothing yet.</p>
        ))}
    </Card>
  )
}
