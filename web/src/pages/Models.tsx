import { useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { get, mlflow, native, type Page, query, seg } from '../api/client.ts'
import type { MlModel, MlVersion } from '../api/types.ts'
import { Card, Empty, EntryLink, Facts, Failure, Head, Loading, Person, Time } from '../parts/parts.tsx'
import { threadOf } from '../parts/ThreadLine.tsx'

export function Models() {
  const found = useQuery({
    queryKey: ['models'],
    queryFn: () => get<{ registered_models?: MlModel[] }>(`${mlflow}/registered-models/search${query({ max_results: 500 })}`),
  })
  if (found.isPending) return <Loading height={400} />
  if (found.isError) return <Failure error={found.error} />
  const models = found.data.registered_models ?? []
  return (
    <>
      <Head title="Models" sub={`${models.length} registered`} />
      <Card flush>
        {models.length === 0 ? (
          <Empty line='mlflow.register_model("runs:/RUN_ID/model", "NAME")'>No model is registered yet.</Empty>
        ) : (
          <div className="scroll">
            <table>
              <thead>
                <tr>
                  <th>Name</th>
                  <th className="n">Newest</th>
                  <th>Aliases</th>
                  <th className="n">Changed</th>
                </tr>
              </thead>
              <tbody>
                {models.map((model) => (
                  <tr key={model.name}>
                    <td>
                      <Link className="l" to={`/ui/models/${seg(model.name)}`}>
                        {model.name}
                      </Link>
                    </td>
                    <td className="n">{newest(model)}</td>
                    <td>
                      {(model.aliases ?? []).map((each) => (
                        <span key={each.alias} className="chip ac">
                          {each.alias} → v{each.version}
                        </span>
                      ))}
                    </td>
                    <td className="n">
                      <Time at={model.last_updated_timestamp} />
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        )}
      </Card>
    </>
  )
}

const newest = (model: MlModel) => {
  const numbers = (model.latest_versions ?? []).map((each) => Number(each.version))
  return numbers.length ? `v${Math.max(...numbers)}` : '–'
}

export interface Change {
  seq: number
  time: string
  who: string
  act?: string
  what?: string
  field?: string
  from?: string | null
  to?: string | null
  why?: string | null
  reason?: string | null
}

export function Model() {
  const { name } = useParams({ strict: false }) as { name: string }
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
  if (model.isPending || versions.isPending) return <Loading height={500} />
  if (model.isError) return <Failure error={model.error} />
  if (versions.isError) return <Failure error={versions.error} />
  const { registered_model: found } = model.data
  return (
    <>
      <Head
        crumbs={[
          <Link key="m" to="/ui/models">
            Models
          </Link>,
        ]}
        title={name}
        sub={found.description || 'No description'}
        acts={
          <Link className="btn" to={threadOf(`model:${name}`)} search={{ way: 'down' }}>
            Thread
          </Link>
        }
      />
      <div className="g2">
        <Card title="Versions" right={versions.data.model_versions?.length ?? 0} flush>
          <div className="scroll">
            <table>
              <thead>
                <tr>
                  <th>Version</th>
                  <th>Aliases</th>
                  <th>Stage</th>
                  <th>Run</th>
                  <th className="n">Registered</th>
                </tr>
              </thead>
              <tbody>
                {(versions.data.model_versions ?? [])
                  .toSorted((a, b) => Number(b.version) - Number(a.version))
                  .map((each) => (
                    <tr key={each.version}>
                      <td>
                        <Link className="l" to={`/ui/models/${seg(name)}/${each.version}`}>
                          v{each.version}
                        </Link>
                      </td>
                      <td>
                        {(found.aliases ?? [])
                          .filter((alias) => alias.version === each.version)
                          .map((alias) => (
                            <span key={alias.alias} className="chip ac">
                              {alias.alias}
                            </span>
                          ))}
                      </td>
                      <td className="m">{each.current_stage === 'None' ? '' : each.current_stage}</td>
                      <td>
                        {each.run_id ? (
                          <Link className="l mono" to={`/ui/runs/${each.run_id}`}>
                            {each.run_id.slice(0, 8)}
                          </Link>
                        ) : (
                          '–'
                        )}
                      </td>
                      <td className="n">
                        <Time at={each.creation_timestamp} />
                      </td>
                    </tr>
                  ))}
              </tbody>
            </table>
          </div>
        </Card>
        <aside className="stack">
          <Card title="Facts">
            <Facts
              of={[
                ['Made', <Time key="t" at={found.creation_timestamp} full />],
                ...(found.tags ?? []).map((tag): [string, string] => [tag.key, tag.value]),
              ]}
            />
          </Card>
          <History path={`${native}/models/${seg(name)}/history`} />
        </aside>
      </div>
    </>
  )
}

/** Who changed what, from what to what. */
export function History({ path }: { path: string }) {
  const found = useQuery({ queryKey: ['history', path], queryFn: () => get<Page<Change>>(`${path}?limit=50`), retry: false })
  if (!found.data?.items.length) return null
  return (
    <Card title="History of changes">
      {found.data.items.map((each, i) => (
        <div className="why" key={`${each.seq}-${i}`}>
          <div>
            <Person name={each.who} /> {each.what ?? each.field ?? each.act}
          </div>
          <div className="wm">
            <Time at={each.time} /> <EntryLink seq={each.seq} />
          </div>
          <div className="rs">
            {(each.from || each.to) && (
              <>
                <del>{each.from ?? '–'}</del> → <ins>{each.to ?? '–'}</ins>{' '}
              </>
            )}
            {each.reason && <q>{each.reason}</q>}
          </div>
        </div>
      ))}
    </Card>
  )
}
