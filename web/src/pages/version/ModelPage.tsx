import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { useState } from 'react'
import { get, mlflow, native, type Page, query, seg } from '../../api/client.ts'
import type { Deployment, MlModel, MlVersion } from '../../api/types.ts'
import { useMay } from '../../app/session.ts'
import { ChangeHistory } from '../../parts/ChangeHistory.tsx'
import { Card, Facts, Head } from '../../parts/layout.tsx'
import { Person, Time } from '../../parts/marks.tsx'
import { threadOf } from '../../parts/paths.ts'
import { Loading } from '../../parts/states.tsx'
import { Table } from '../../parts/Table.tsx'
import { Unshown } from '../../parts/Unshown.tsx'
import { MODELS } from './crumbs.tsx'
import { Describe } from './dialogs.tsx'

/** A registered model: its versions, where they serve, who changed what. */
export function Model() {
  const { name } = useParams({ strict: false }) as { name: string }
  const may = useMay()
  const client = useQueryClient()
  const [isDescribing, setDescribing] = useState(false)
  const [chosen, setChosen] = useState<string[]>([])
  const model = useQuery({
    queryKey: ['model', name],
    queryFn: () => get<{ registered_model: MlModel }>(`${mlflow}/registered-models/get${query({ name })}`),
  })
  const versions = useQuery({
    queryKey: ['versions', name],
    queryFn: () =>
      get<{ model_versions?: MlVersion[] }>(
        `${mlflow}/model-versions/search${query({ filter: `name = '${name.replace(/'/g, "''")}'`, max_results: 1000 })}`,
      ),
  })
  const deployments = useQuery({
    queryKey: ['deployments', 'all'],
    queryFn: () => get<Page<Deployment>>(`${native}/deployments?limit=1000`),
    enabled: may('deployment.log.read'),
    retry: false,
  })
  if (model.isLoadingError) return <Unshown crumbs={[MODELS]} title={name} error={model.error} />
  if (versions.isLoadingError) return <Unshown crumbs={[MODELS]} title={name} error={versions.error} />
  if (model.isPending || versions.isPending) return <Loading height={500} />
  const { registered_model: found } = model.data
  const all = (versions.data.model_versions ?? []).toSorted((a, b) => Number(b.version) - Number(a.version))
  const aliasesOf = (version: MlVersion) => (found.aliases ?? []).filter((alias) => alias.version === version.version)
  const served = (deployments.data?.items ?? []).filter((each) => each.model === name)
  const [from, to] = chosen.toSorted((a, b) => Number(a) - Number(b))
  return (
    <>
      <Head
        crumbs={[MODELS]}
        title={name}
        sub={found.description || 'No description'}
        acts={
          <>
            <Link className="btn" to={threadOf(`model:${name}`)} search={{ way: 'down' }}>
              Thread
            </Link>
            {may('model.card.edit') && (
              <button type="button" className="btn" onClick={() => setDescribing(true)}>
                Describe
              </button>
            )}
          </>
        }
      />
      <div className="g2">
        <div className="stack">
          <Card
            title="Versions"
            right={
              from && to ? (
                <Link className="btn sm p" to={`/ui/models/${seg(name)}/compare`} search={{ from, to }}>
                  Compare v{from} with v{to}
                </Link>
              ) : all.length > 1 ? (
                <span className="m s">choose two to compare them</span>
              ) : (
                all.length
              )
            }
            flush
          >
            <Table
              label="Versions"
              of={all}
              keyOf={(each) => each.version}
              columns={[
                ...(all.length > 1
                  ? [
                      {
                        title: '',
                        cell: (each: MlVersion) => (
                          <input
                            type="checkbox"
                            aria-label={`Choose v${each.version}`}
                            checked={chosen.includes(each.version)}
                            onChange={(e) =>
                              setChosen(
                                e.target.checked
                                  ? [...chosen, each.version].slice(-2)
                                  : chosen.filter((version) => version !== each.version),
                              )
                            }
                          />
                        ),
                      },
                    ]
                  : []),
                {
                  title: 'Version',
                  cell: (each) => (
                    <Link className="l" to={`/ui/models/${seg(name)}/${each.version}`}>
                      v{each.version}
                    </Link>
                  ),
                },
                {
                  title: 'Aliases',
                  cell: (each) =>
                    aliasesOf(each).map((alias) => (
                      <span key={alias.alias} className="chip ac">
                        {alias.alias}
                      </span>
                    )),
                },
                { title: 'Stage', cell: (each) => (each.current_stage === 'None' ? '–' : each.current_stage) },
                { title: 'Description', cell: (each) => <span className="m said">{each.description}</span> },
                {
                  title: 'Run',
                  cell: (each) =>
                    each.run_id ? (
                      <Link className="l mono" to={`/ui/runs/${each.run_id}`} title={each.run_id}>
                        {each.run_id.slice(0, 8)}
                      </Link>
                    ) : (
                      '–'
                    ),
                },
                { title: 'Registered', cell: (each) => <Time at={each.creation_timestamp} />, n: true },
              ]}
            />
          </Card>
          {deployments.isSuccess && (
            <Card
              title="Where it serves and served"
              right={
                served.length > MOST ? (
                  <Link className="l" to="/ui/deployments">
                    the newest {MOST} of {served.length}
                  </Link>
                ) : (
                  served.length
                )
              }
              flush
            >
              {served.length === 0 ? (
                <p className="empty">No version was deployed yet. Open a version to deploy it.</p>
              ) : (
                <Table
                  label="Deployments"
                  of={served.slice(0, MOST)}
                  keyOf={(each) => each.id}
                  columns={[
                    { title: 'Endpoint', cell: (each) => <b>{each.endpoint}</b> },
                    {
                      title: 'Version',
                      cell: (each) => (
                        <Link className="l" to={`/ui/models/${seg(name)}/${each.version}`}>
                          v{each.version}
                        </Link>
                      ),
                    },
                    {
                      title: 'State',
                      cell: (each) => (
                        <span className={`chip ${each.state.toLowerCase() === 'live' ? 'ac' : ''}`}>
                          {each.state.toLowerCase()}
                        </span>
                      ),
                    },
                    { title: 'By', cell: (each) => <Person id={each.requested_by} name={each.requested_by_name} /> },
                    { title: 'Since', cell: (each) => <Time at={each.live_from ?? each.requested_at} />, n: true },
                    { title: 'Until', cell: (each) => <Time at={each.ended_at} />, n: true },
                  ]}
                />
              )}
            </Card>
          )}
        </div>
        <aside className="stack">
          <Card title="Facts">
            <Facts
              of={[
                ['Made', <Time key="t" at={found.creation_timestamp} full />],
                ['Versions', String(all.length)],
                ...(found.tags ?? []).map((tag): [string, string] => [tag.key, tag.value]),
              ]}
            />
          </Card>
          <ChangeHistory path={`${native}/models/${seg(name)}/history`} />
        </aside>
      </div>
      {isDescribing && (
        <Describe
          name={name}
          version={null}
          description={found.description ?? ''}
          onClose={() => setDescribing(false)}
          onDone={() => void client.invalidateQueries()}
        />
      )}
    </>
  )
}

const MOST = 20
