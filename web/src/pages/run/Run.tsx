import { useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { lazy, Suspense, useMemo } from 'react'
import { get, mlflow, native, seg } from '../../api/client.ts'
import type { MlExperiment, MlRun, Thread } from '../../api/types.ts'
import { useMay } from '../../app/session.ts'
import { ChangeHistory } from '../../parts/ChangeHistory.tsx'
import { duration, number } from '../../parts/format.ts'
import { Card, Facts, Head } from '../../parts/layout.tsx'
import { Digest, Time } from '../../parts/marks.tsx'
import { ProofBadge } from '../../parts/ProofBadge.tsx'
import { Loading } from '../../parts/states.tsx'
import { ThreadLine } from '../../parts/ThreadLine.tsx'
import { Unshown } from '../../parts/Unshown.tsx'
import { isOfMachine } from '../runs/values.ts'
import { Artifacts } from './Artifacts.tsx'
import { Children } from './Children.tsx'
import { Code } from './Code.tsx'
import { LoggedModels } from './LoggedModels.tsx'

const MetricCharts = lazy(async () => ({ default: (await import('../../parts/MetricCharts.tsx')).MetricCharts }))

const EXPERIMENTS = (
  <Link key="e" to="/ui/experiments">
    Experiments
  </Link>
)

/** Metrics whose charts are drawn at once; the others unfold. */
const CHARTED = 12

export function Run() {
  const { id } = useParams({ strict: false }) as { id: string }
  const may = useMay()
  const run = useQuery({
    queryKey: ['run', id],
    queryFn: () => get<{ run: MlRun }>(`${mlflow}/runs/get?run_id=${seg(id)}`),
    refetchInterval: (q) => (q.state.data?.run.info.status === 'RUNNING' ? 3_000 : false),
  })
  const thread = useQuery({
    queryKey: ['thread', 'run', id],
    queryFn: () => get<Thread>(`${native}/trace/run/${seg(id)}?direction=both&depth=4&limit=500`),
    enabled: may('lineage.read'),
  })
  const experiment = useQuery({
    queryKey: ['experiment', run.data?.run.info.experiment_id],
    queryFn: () =>
      get<{ experiment: MlExperiment }>(`${mlflow}/experiments/get?experiment_id=${run.data?.run.info.experiment_id}`),
    enabled: run.isSuccess,
  })
  const shown = run.data?.run.info
  const runs = useMemo(() => (shown ? [{ id: shown.run_id, name: shown.run_name }] : []), [shown])
  if (run.isPending) return <Loading height={600} />
  if (run.isLoadingError) return <Unshown crumbs={[EXPERIMENTS]} title={`Run ${id}`} error={run.error} />
  const { info, data, inputs } = run.data.run
  const metrics = data.metrics ?? []
  const names = metrics.map((metric) => metric.key)
  const ofMachine = names.filter(isOfMachine)
  const ofModel = names.filter((name) => !isOfMachine(name))
  const tags = (data.tags ?? []).filter((tag) => !tag.key.startsWith('mlflow.') || tag.key === 'mlflow.note.content')
  return (
    <div className="p-run">
      <Head
        crumbs={[
          EXPERIMENTS,
          <Link key="x" to={`/ui/experiments/${info.experiment_id}`}>
            {experiment.data?.experiment.name ?? info.experiment_id}
          </Link>,
        ]}
        title={info.run_name}
        badge={
          <ProofBadge seq={thread.data?.nodes[0]?.seq}>
            {info.lifecycle_stage === 'deleted' ? 'Deleted' : info.status.charAt(0) + info.status.slice(1).toLowerCase()}
          </ProofBadge>
        }
        sub={
          <>
            Began <Time at={info.start_time} full />
            {info.end_time ? ` · took ${duration(info.end_time - info.start_time)}` : ''}
          </>
        }
        acts={
          <Link className="btn" to={`/ui/thread/run/${id}`}>
            Thread
          </Link>
        }
      />
      <ThreadLine thread={thread.data} isComing={thread.isLoading} current={`run:${id}`} />
      <div className="g2">
        <div className="stack">
          {ofModel.length > 0 && (
            <Suspense fallback={<Loading height={190} />}>
              <MetricCharts runs={runs} metrics={ofModel.slice(0, CHARTED)} isSmall />
            </Suspense>
          )}
          {ofModel.length > CHARTED && (
            <details>
              <summary>{ofModel.length - CHARTED} more charts</summary>
              <Suspense fallback={<Loading height={190} />}>
                <MetricCharts runs={runs} metrics={ofModel.slice(CHARTED)} isSmall />
              </Suspense>
            </details>
          )}
          <Card title="Metrics" right={metrics.length} flush>
            <div className="scroll">
              <table>
                <thead>
                  <tr>
                    <th>Metric</th>
                    <th className="n">Last value</th>
                    <th className="n">Step</th>
                  </tr>
                </thead>
                <tbody>
                  {metrics.map((each) => (
                    <tr key={each.key}>
                      <td>{each.key}</td>
                      <td className="n" title={String(each.value)}>
                        {number(each.value, 6)}
                      </td>
                      <td className="n m">{each.step}</td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
          </Card>
          <Card title="Parameters" right={data.params?.length ?? 0} flush>
            <div className="scroll">
              <table>
                <tbody>
                  {data.params?.map((each) => (
                    <tr key={each.key}>
                      <td>{each.key}</td>
                      <td className="n mono" style={{ whiteSpace: 'normal', overflowWrap: 'anywhere' }}>
                        {each.value}
                      </td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
          </Card>
          {ofMachine.length > 0 && (
            <details open={metrics.length === ofMachine.length}>
              <summary>{ofMachine.length} metrics of the machine</summary>
              <Suspense fallback={<Loading height={190} />}>
                <MetricCharts runs={runs} metrics={ofMachine} isSmall />
              </Suspense>
            </details>
          )}
          <Children run={id} experiment={info.experiment_id} />
          <LoggedModels run={run.data.run} />
          <Code run={run.data.run} />
          <Artifacts run={id} uri={info.artifact_uri} />
        </div>
        <aside className="stack">
          <Card title="Facts">
            <Facts
              of={[
                ['Run id', <Digest key="i" of={id} what="run id" />],
                ['User', info.user_id],
                ...(inputs?.dataset_inputs ?? []).map((input): [string, React.ReactNode] => [
                  `Data, ${input.tags?.find((tag) => tag.key === 'mlflow.data.context')?.value ?? 'used'}`,
                  <Link
                    key={input.dataset.digest}
                    className="l"
                    to={`/ui/data/${seg(input.dataset.name)}`}
                    search={{ version: input.dataset.digest }}
                    title={input.dataset.digest}
                  >
                    {input.dataset.name} @ {input.dataset.digest.slice(0, 8)}
                  </Link>,
                ]),
              ]}
            />
          </Card>
          {tags.length > 0 && (
            <Card title="Tags">
              <Facts of={tags.map((tag) => [tag.key, tag.value])} />
            </Card>
          )}
          <ChangeHistory path={`${native}/runs/${seg(id)}/history`} />
        </aside>
      </div>
    </div>
  )
}
