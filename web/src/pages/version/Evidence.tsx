import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { get, native, query, seg } from '../../api/client.ts'
import type { MlRun } from '../../api/types.ts'
import { useReadable } from '../../app/readable.ts'
import { useWhy } from '../../app/why.ts'
import { bytesOf, count, number } from '../../parts/format.ts'
import { Card, Facts } from '../../parts/layout.tsx'
import { Digest } from '../../parts/marks.tsx'
import { Table } from '../../parts/Table.tsx'
import type { Column, Signature } from './signature.ts'
import type { VersionFile } from './useEvidence.ts'

/** Metrics of the run that a version came from, and the data it was given. */
export function Evidence({ run }: { run: MlRun }) {
  const metrics = run.data.metrics ?? []
  const inputs = run.inputs?.dataset_inputs ?? []
  return (
    <Card
      title="What it was trained and measured with"
      right={
        <Link className="l" to={`/ui/runs/${run.info.run_id}`}>
          {run.info.run_name}
        </Link>
      }
      flush
    >
      {metrics.length > 0 && (
        <Table
          label="Metrics of its run"
          of={metrics}
          keyOf={(each) => each.key}
          columns={[
            { title: 'Metric', cell: (each) => each.key },
            { title: 'Last value', n: true, cell: (each) => number(each.value, 6), full: (each) => String(each.value) },
          ]}
        />
      )}
      <div className="b">
        <Facts
          of={inputs.map(({ dataset, tags }): [string, React.ReactNode] => [
            `Data, ${tags?.find((tag) => tag.key === 'mlflow.data.context')?.value ?? 'used'}`,
            <span key={dataset.digest}>
              <Link className="l" to={`/ui/data/${seg(dataset.name)}`} search={{ version: dataset.digest }}>
                {dataset.name}
              </Link>{' '}
              <Digest of={dataset.digest} />
            </span>,
          ])}
        />
        {inputs.length === 0 && <p className="m">The run names no data.</p>}
      </div>
    </Card>
  )
}

/** What the model takes and gives. */
export function SignatureCard({ of }: { of: Signature }) {
  const parts: [string, Column[]][] = [
    ['takes', of.inputs],
    ['gives', of.outputs],
    ['parameters', of.params],
  ]
  return (
    <Card title="Signature" right={`${of.inputs.length} in, ${of.outputs.length} out`}>
      {parts.map(
        ([words, columns]) =>
          columns.length > 0 && (
            <details key={words} open={columns.length <= FEW}>
              <summary>
                {words} {columns.length} {columns.length === 1 ? 'column' : 'columns'}
              </summary>
              <Facts
                of={columns.map((column, i) => [
                  column.name || `${i + 1}`,
                  <span key={column.name} className="mono">
                    {column.type}
                    {!column.isRequired && <span className="m"> may be left out</span>}
                  </span>,
                ])}
              />
            </details>
          ),
      )}
    </Card>
  )
}

const FEW = 6
/** Files from which attributions are computed, by the end of their names, as the server looks for them. */
const EXPLAINED: [RegExp, string][] = [
  [/(model\.json|model\.xgb|model\.ubj|\.xgb\.json)$/, 'an XGBoost model'],
  [/model\.txt$/, 'a LightGBM model'],
  [/model\.onnx$/, 'an ONNX model'],
]

/** What lies beside the model, and what of it can be explained. */
export function Files({ of }: { of: VersionFile[] }) {
  const [file, kind] = of
    .flatMap(({ path }) => EXPLAINED.filter(([end]) => end.test(path)).map(([, words]): [string, string] => [path, words]))
    .slice(0, 1)[0] ?? [null, null]
  const codes = of.some(({ path }) => path.endsWith('reason-codes.json'))
  return (
    <Card title="Files" right={of.length}>
      <Facts
        of={[
          ...of.map((each): [string, React.ReactNode] => [
            each.path.slice(each.path.lastIndexOf('/') + 1) + (each.is_dir ? '/' : ''),
            <span key={each.path} className="num">
              {each.file_size === undefined ? '' : bytesOf(each.file_size)}
            </span>,
          ]),
          [
            'Explained',
            file ? (
              <span key="x">
                exact attributions from <code>{file.slice(file.lastIndexOf('/') + 1)}</code>, {kind}
                {codes ? '; reasons in words by reason-codes.json' : '; no reason codes beside it'}
              </span>
            ) : (
              'no file that can be explained (XGBoost, LightGBM, ONNX)'
            ),
          ],
        ]}
      />
    </Card>
  )
}

interface Counts {
  buckets: { outcomes: Record<string, number> }[]
  newest: boolean
}

/** How many decisions a version made so far, by outcome. */
export function DecidedSoFar({ name, version }: { name: string; version: string }) {
  const readable = useReadable()
  const why = useWhy()
  const found = useQuery({
    queryKey: ['decided', name, version, why],
    queryFn: () => get<Counts>(`${native}/decisions/counts${query({ model: name, version, bucket: '400d' })}`, why),
    enabled: readable('decision.list'),
    retry: false,
  })
  const sums = new Map<string, number>()
  for (const { outcomes } of found.data?.buckets ?? [])
    for (const [outcome, n] of Object.entries(outcomes)) sums.set(outcome, (sums.get(outcome) ?? 0) + n)
  const total = [...sums.values()].reduce((a, b) => a + b, 0)
  if (!total) return null
  return (
    <p className="pad">
      {found.data?.newest ? 'Of the newest 262 144: ' : ''}
      <b className="num">{count(total)}</b> decided so far:{' '}
      {[...sums]
        .toSorted((a, b) => b[1] - a[1])
        .map(([outcome, n]) => `${count(n)} ${outcome || 'without outcome'} (${number((100 * n) / total, 3)} %)`)
        .join(', ')}
    </p>
  )
}
