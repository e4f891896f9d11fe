import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { get, mlflow, post, query, seg } from '../../api/client.ts'
import type { LoggedModel, MlRun, MlVersion } from '../../api/types.ts'
import { useMay } from '../../app/session.ts'
import { number } from '../../parts/format.ts'
import { Card } from '../../parts/layout.tsx'
import { Digest, Time } from '../../parts/marks.tsx'
import { Table } from '../../parts/Table.tsx'
import { Register, type Registered } from './Register.tsx'

/** Models that the run logged, and what they are registered as. */
export function LoggedModels({ run }: { run: MlRun }) {
  const may = useMay()
  const { run_id: id, experiment_id: experiment } = run.info
  const [registering, setRegistering] = useState<Registered | null>(null)
  const found = useQuery({
    queryKey: ['logged models', id],
    queryFn: () =>
      post<{ models?: LoggedModel[] }>(`${mlflow}/logged-models/search`, {
        experiment_ids: [experiment],
        filter: `source_run_id = '${id}'`,
        max_results: 100,
      }),
    retry: false,
  })
  const versions = useQuery({
    queryKey: ['versions of', id],
    queryFn: () =>
      get<{ model_versions?: MlVersion[] }>(
        `${mlflow}/model-versions/search${query({ filter: `run_id = '${id}'`, max_results: 1000 })}`,
      ),
    retry: false,
    enabled: may('model.read'),
  })
  const models = found.data?.models ?? []
  const lines = [...models.map(ofModel), ...(models.length ? [] : olderOf(run))]
  const registered = (line: Line) => registrations(line, versions.data?.model_versions ?? [])
  if (!lines.length) return null
  return (
    <Card title="Logged models" right={lines.length} flush>
      <Table
        label="Logged models"
        of={lines}
        keyOf={(line) => line.source}
        columns={[
          { title: 'Model', cell: (line) => <b>{line.name}</b>, full: (line) => line.source },
          { title: 'Id', cell: (line) => (line.modelId ? <Digest of={line.modelId} what="model id" /> : '–') },
          { title: 'Kind', cell: (line) => <span className="m">{line.kind || '–'}</span> },
          {
            title: 'Registered as',
            cell: (line) =>
              registered(line).length
                ? registered(line).map(({ name, version }) => (
                    <Link key={`${name} ${version}`} className="l" to={`/ui/models/${seg(name)}/${version}`}>
                      {name} <span className="chip">v{version}</span>
                    </Link>
                  ))
                : versions.isPending
                  ? ' '
                  : versions.isError
                    ? '–'
                    : 'not yet',
          },
          ...(models.some((model) => model.data?.metrics?.length)
            ? [{ title: 'Metrics', cell: (line: Line) => <span className="num">{line.metrics}</span> }]
            : []),
          { title: 'Logged', cell: (line) => <Time at={line.at} />, n: true },
          ...(may('model.register')
            ? [
                {
                  title: '',
                  n: true,
                  cell: (line: Line) => (
                    <button
                      type="button"
                      className="btn sm"
                      onClick={() => setRegistering({ run: id, source: line.source, modelId: line.modelId })}
                    >
                      Register…
                    </button>
                  ),
                },
              ]
            : []),
        ]}
      />
      {registering && <Register of={registering} onClose={() => setRegistering(null)} onDone={() => void versions.refetch()} />}
    </Card>
  )
}

interface Line {
  name: string
  source: string
  modelId: string | null
  kind: string
  at: number | string | undefined
  registered: { name: string; version: string }[]
  metrics: string
}

/** What the model says of itself, as clients may have written it, and the versions made from it, oldest first. */
const registrations = (line: Line, versions: MlVersion[]) => {
  const made = versions.filter((each) => each.source === line.source).toSorted((a, b) => Number(a.version) - Number(b.version))
  const told = line.registered.filter(
    (one) => !made.some((each) => each.name === one.name && each.version === String(one.version)),
  )
  return [...told, ...made]
}

const ofModel = ({ info, data }: LoggedModel): Line => ({
  name: info.name,
  source: `models:/${info.model_id}`,
  modelId: info.model_id,
  kind: info.model_type ?? '',
  at: info.creation_timestamp_ms,
  registered: info.registrations ?? [],
  metrics: (data?.metrics ?? [])
    .slice(0, 3)
    .map((each) => `${each.key} ${number(each.value)}`)
    .join(', '),
})

/** Clients before logged models keep them as a tag. */
const olderOf = (run: MlRun): Line[] => {
  try {
    const kept = JSON.parse(run.data.tags?.find((tag) => tag.key === 'mlflow.log-model.history')?.value ?? '[]')
    return (Array.isArray(kept) ? kept : [])
      .filter((each) => typeof each?.artifact_path === 'string')
      .map((each) => ({
        name: each.artifact_path,
        source: `runs:/${run.info.run_id}/${each.artifact_path}`,
        modelId: null,
        kind: Object.keys(each.flavors ?? {})
          .filter((flavor) => flavor !== 'python_function')
          .join(', '),
        at: each.utc_time_created ? `${String(each.utc_time_created).replace(' ', 'T')}Z` : undefined,
        registered: [],
        metrics: '',
      }))
  } catch {
    return []
  }
}
