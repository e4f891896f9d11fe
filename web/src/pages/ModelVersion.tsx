import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { useState } from 'react'
import { get, mlflow, native, type Page, post, query, seg } from '../api/client.ts'
import type { Approval, DecisionSummary, Deployment, MlModel, MlVersion, Thread } from '../api/types.ts'
import { useMay } from '../app/session.ts'
import { number } from '../parts/format.ts'
import { Badge, Card, Digest, Facts, Failure, Head, Loading, Person, ReasonDialog, Time } from '../parts/parts.tsx'
import { ThreadLine, threadOf } from '../parts/ThreadLine.tsx'
import { History } from './Models.tsx'

type Doing = 'approve' | 'deploy' | 'alias' | null

export function ModelVersion() {
  const { name, version } = useParams({ strict: false }) as { name: string; version: string }
  const may = useMay()
  const client = useQueryClient()
  const [doing, setDoing] = useState<Doing>(null)
  const ref = `${name}/${version}`
  const found = useQuery({
    queryKey: ['version', ref],
    queryFn: () => get<{ model_version: MlVersion }>(`${mlflow}/model-versions/get${query({ name, version })}`),
  })
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
  const decisions = useQuery({
    queryKey: ['decisions', ref],
    queryFn: () => get<Page<DecisionSummary>>(`${native}/decisions${query({ model: name, version, limit: 8 })}`),
    enabled: may('decision.list'),
    retry: false,
  })
  if (found.isPending) return <Loading height={500} />
  if (found.isError) return <Failure error={found.error} />
  const row = found.data.model_version
  const mine = <T extends { model: string | null; version: number | null }>(items: T[] | undefined) =>
    (items ?? []).filter((each) => each.model === name && String(each.version) === version)
  const aliases = (model.data?.registered_model.aliases ?? []).filter((alias) => alias.version === version)
  const granted = mine(approvals.data?.items).some((each) => each.state.toLowerCase() === 'granted')
  const refresh = () => void client.invalidateQueries()
  return (
    <>
      <Head
        crumbs={[
          <Link key="m" to="/ui/models">
            Models
          </Link>,
          <Link key="n" to={`/ui/models/${seg(name)}`}>
            {name}
          </Link>,
        ]}
        title={`${name} v${version}`}
        badge={
          <>
            <Badge state="signed">{granted ? 'Approved' : 'Registered'}</Badge>
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
            {may('model.alias.set') && (
              <button type="button" className="btn" onClick={() => setDoing('alias')}>
                Set alias
              </button>
            )}
            {may('deployment.execute') && (
              <button type="button" className="btn" onClick={() => setDoing('deploy')}>
                Deploy
              </button>
            )}
            {may('approval.request') && (
              <button type="button" className="btn p" onClick={() => setDoing('approve')}>
                Ask for approval
              </button>
            )}
          </>
        }
      />
      {thread.data && <ThreadLine thread={thread.data} current={`model-version:${ref}`} />}
      <div className="g2">
        <div className="stack">
          <Card title="Approvals" flush>
            <Rows
              empty="Nobody asked for an approval of this version."
              rows={mine(approvals.data?.items).map((each) => [
                <span key="s" className="chip">
                  {each.state.toLowerCase()}
                </span>,
                <Person key="p" name={each.requested_by} />,
                `${each.granted} of ${each.required} votes`,
                <Time key="t" at={each.requested_at} />,
              ])}
            />
          </Card>
          <Card title="Where it serves" flush>
            <Rows
              empty="It was never deployed."
              rows={mine(deployments.data?.items).map((each) => [
                <b key="e">{each.endpoint}</b>,
                <span key="s" className="chip">
                  {each.state.toLowerCase()}
                </span>,
                <Person key="p" name={each.requested_by} />,
                <Time key="t" at={each.live_from ?? each.requested_at} />,
              ])}
            />
          </Card>
          <Card title="Newest decisions" flush>
            {decisions.isError ? (
              <div className="b m">{decisions.error.message}</div>
            ) : (
              <Rows
                empty="It decided nothing yet."
                rows={(decisions.data?.items ?? []).map((each) => [
                  <Link key="i" className="l mono" to={`/ui/decisions/${each.id}`}>
                    {each.id.slice(0, 8)}…
                  </Link>,
                  each.outcome ?? '–',
                  number(each.score),
                  <Time key="t" at={each.event_time} />,
                ])}
              />
            )}
          </Card>
        </div>
        <aside className="stack">
          <Card title="Facts">
            <Facts
              of={[
                ['Registered', <Time key="t" at={row.creation_timestamp} full />],
                ['Source', row.source],
                [
                  'Run',
                  row.run_id ? (
                    <Link key="r" className="l mono" to={`/ui/runs/${row.run_id}`}>
                      {row.run_id.slice(0, 12)}
                    </Link>
                  ) : null,
                ],
                ['Stage', row.current_stage === 'None' ? null : row.current_stage],
                ['Files', <FilesDigest key="d" thread={thread.data} of={ref} />],
                ...(row.tags ?? []).map((tag): [string, string] => [tag.key, tag.value]),
              ]}
            />
          </Card>
          <History path={`${native}/models/${seg(name)}/versions/${seg(version)}/history`} />
        </aside>
      </div>
      {doing === 'approve' && (
        <ReasonDialog
          title={`Ask for the approval of ${name} v${version}`}
          action="Ask"
          codes={['promotion', 'fix', 'policy', 'other']}
          onClose={() => setDoing(null)}
          onDone={refresh}
          submit={(reason) => post(`${native}/approvals`, { model: name, version, reason })}
        >
          <p className="t2">Somebody who did not make this version votes. The approval is bound to the digest of its files.</p>
        </ReasonDialog>
      )}
      {doing === 'deploy' && <Deploy name={name} version={version} onClose={() => setDoing(null)} onDone={refresh} />}
      {doing === 'alias' && <Alias name={name} version={version} onClose={() => setDoing(null)} onDone={refresh} />}
    </>
  )
}

function FilesDigest({ thread, of }: { thread: Thread | undefined; of: string }) {
  const digest = thread?.nodes.find((node) => node.ref === `model-version:${of}`)?.details.digest
  return typeof digest === 'string' ? <Digest of={digest} /> : <span className="m">–</span>
}

function Deploy({ name, version, onClose, onDone }: { name: string; version: string; onClose: () => void; onDone: () => void }) {
  const [endpoint, setEndpoint] = useState('')
  const [tier, setTier] = useState('production')
  return (
    <ReasonDialog
      title={`Deploy ${name} v${version}`}
      action="Deploy"
      codes={['promotion', 'rollback', 'fix', 'incident', 'other']}
      onClose={onClose}
      onDone={onDone}
      submit={(reason) => post(`${native}/deployments`, { endpoint, model: name, version, tier, reason })}
    >
      <label className="lbl">
        Endpoint, made with its first deployment
        <input className="field" value={endpoint} onChange={(e) => setEndpoint(e.target.value)} required />
      </label>
      <label className="lbl">
        Tier of a new endpoint
        <select className="field" value={tier} onChange={(e) => setTier(e.target.value)}>
          {['staging', 'production', 'high'].map((each) => (
            <option key={each}>{each}</option>
          ))}
        </select>
      </label>
    </ReasonDialog>
  )
}

function Alias({ name, version, onClose, onDone }: { name: string; version: string; onClose: () => void; onDone: () => void }) {
  const [alias, setAlias] = useState('champion')
  return (
    <ReasonDialog
      title={`Let an alias point at ${name} v${version}`}
      action="Move alias"
      codes={['promotion', 'rollback', 'fix', 'other']}
      onClose={onClose}
      onDone={onDone}
      submit={(reason) =>
        post(`${mlflow}/registered-models/alias`, { name, alias, version }, { reason: `${reason.code}; ${reason.text}` })
      }
    >
      <label className="lbl">
        Alias
        <input className="field" value={alias} onChange={(e) => setAlias(e.target.value)} required />
      </label>
    </ReasonDialog>
  )
}

function Rows({ rows, empty }: { rows: React.ReactNode[][]; empty: string }) {
  if (!rows.length) return <p className="empty">{empty}</p>
  return (
    <div className="scroll">
      <table>
        <tbody>
          {rows.map((cells, i) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: rows are not reordered while shown
            <tr key={i}>
              {cells.map((cell, j) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: columns are fixed
                <td key={j} className={j === cells.length - 1 ? 'n' : ''}>
                  {cell}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
