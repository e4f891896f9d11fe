import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { get, mlflow, query, seg } from '../api/client.ts'
import type { MlModel } from '../api/types.ts'
import { Card, Head } from '../parts/layout.tsx'
import { Time } from '../parts/marks.tsx'
import { Empty, Loading } from '../parts/states.tsx'
import { Table } from '../parts/Table.tsx'
import { Unshown } from '../parts/Unshown.tsx'

export function Models() {
  const found = useQuery({
    queryKey: ['models'],
    queryFn: () => get<{ registered_models?: MlModel[] }>(`${mlflow}/registered-models/search${query({ max_results: 500 })}`),
  })
  if (found.isPending) return <Loading height={400} />
  if (found.isLoadingError) return <Unshown title="Models" error={found.error} />
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
