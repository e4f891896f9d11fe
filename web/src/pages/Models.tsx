import { useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { get, mlflow, native, type Page, query, seg } from '../api/client.ts'
import type { MlModel, MlVersion } from '../api/types.ts'
import { Card, Facts, Head } from '../parts/layout.tsx'
import { EntryLink, Person, Time } from '../parts/marks.tsx'
import { Empty, Failure, Loading } from '../parts/states.tsx'
import { Table } from '../parts/Table.tsx'
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
          <Table
            label="Models"
            of={models}
            keyOf={(model) => model.name}
            columns={[
              {
                title: 'Name',
                cell: (model) => (
                  <Link className="l" to={`/ui/models/${seg(model.name)}`}>
                    {model.name}
                  </Link>
                ),
              },
              { title: 'Newest', cell: newest, n: true },
              {
                title: 'Aliases',
                cell: (model) =>
                  (model.aliases ?? []).map((each) => (
                    <span key={each.alias} className="chip ac">
                      {each.alias} → v{each.version}
                    </span>
                  )),
              },
              { title: 'Description', cell: (model) => <span className="m">{model.description}</span> },
              { title: 'Changed', cell: (model) => <Time at={model.last_updated_timestamp} />, n: true },
            ]}
          />
        )}
      </Card>
    </>
  )
}

const newest = (model: MlModel) => {
  const numbers = (model.latest_versions ?? []).map((each) => Number(each.version))
  return numbers.length ? `v${Math.max(...numbers)}` : '–'
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
  if (model.isError) return <Failure error={model.error} />
  if (versions.isError) return <Failure error={versions.error} />
  if (model.isPending || versions.isPending) return <Loading height={500} />
  const { registered_model: found } = model.data
  const aliasesOf = (version: MlVersion) => (found.aliases ?? []).filter((alias) => alias.version === version.version)
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
          <Table
            label="Versions"
            of={(versions.data.model_versions ?? []).toSorted((a, b) => Number(b.version) - Number(a.version))}
            keyOf={(each) => each.version}
            columns={[
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

/** One change of a model or a version. */
interface Change {
  seq: number
  at: string
  act: string
  who: string
  who_name: string
  what: string
  from: string | null
  to: string | null
  why: string | null
  reason: string | null
  erased: boolean
}

const changed = (each: Change) => {
  if (each.what === 'version') return `registered v${each.to}`
  if (each.what.startsWith('alias ')) return each.to ? `moved ${each.what}` : `took away ${each.what}`
  return `changed ${each.what}`
}

/** Who changed what, from what to what, and why. */
export function History({ path }: { path: string }) {
  const found = useQuery({ queryKey: ['history', path], queryFn: () => get<Page<Change>>(`${path}?limit=50`), retry: false })
  if (!found.data?.items.length) return null
  return (
    <Card title="History of changes" right={found.data.items.length}>
      {found.data.items.map((each, i) => (
        <div className="why" key={`${each.seq}-${i}`}>
          <div>
            <Person id={each.who} name={each.who_name} /> {changed(each)}
          </div>
          <div className="wm">
            <Time at={each.at} /> <EntryLink seq={each.seq} bare />
          </div>
          <div className="rs">
            {each.what !== 'version' && (each.from || each.to) && (
              <p className="chg">
                <del>{each.from || 'none'}</del> → <ins>{each.to || 'none'}</ins>
              </p>
            )}
            {each.why && <span className="chip">{each.why}</span>}{' '}
            {each.reason ? (
              <q>{each.reason}</q>
            ) : each.erased ? (
              <em className="none">erased</em>
            ) : (
              /^(alias|stage)/.test(each.what) && <em className="none">no reason given</em>
            )}
          </div>
        </div>
      ))}
    </Card>
  )
}
