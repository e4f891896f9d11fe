import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { get, native, seg } from '../../api/client.ts'
import type { DatasetVersion, MlRun } from '../../api/types.ts'
import { count } from '../../parts/format.ts'
import { Card } from '../../parts/layout.tsx'
import { Digest } from '../../parts/marks.tsx'
import { Loading } from '../../parts/states.tsx'
import { columnsOf, type Field, profileOf } from '../data/shape.ts'

interface Input {
  context: string
  name: string
  digest: string
}

const inputsOf = (run: MlRun): Input[] =>
  (run.inputs?.dataset_inputs ?? []).map(({ dataset, tags }) => ({
    context: tags?.find((tag) => tag.key === 'mlflow.data.context')?.value ?? 'used',
    name: dataset.name,
    digest: dataset.digest,
  }))

const versionOf = async (input: Input | undefined): Promise<DatasetVersion | null> =>
  input ? get<DatasetVersion>(`${native}/datasets/${seg(input.name)}/versions/${seg(input.digest)}`).catch(() => null) : null

/** What each run was given: the same bytes, or what differs in rows, columns and their profile. */
export function DataDiff({ base, run }: { base: MlRun; run: MlRun }) {
  const before = inputsOf(base)
  const after = inputsOf(run)
  const contexts = [...new Set([...before, ...after].map((input) => input.context))]
  return (
    <Card title="Data" flush>
      {contexts.length === 0 && <p className="empty">Neither run names its data.</p>}
      {contexts.map((context) => (
        <InputDiff
          key={context}
          context={context}
          before={before.find((input) => input.context === context)}
          after={after.find((input) => input.context === context)}
        />
      ))}
    </Card>
  )
}

function InputDiff({ context, before, after }: { context: string; before: Input | undefined; after: Input | undefined }) {
  const isSame = before !== undefined && after !== undefined && before.name === after.name && before.digest === after.digest
  const versions = useQuery({
    queryKey: ['data of runs', before, after],
    queryFn: async () => ({ before: await versionOf(before), after: await versionOf(after) }),
  })
  return (
    <div>
      <h3 className="pad">
        {context} {isSame ? <span className="chip">the same digest</span> : <span className="chip am">differs</span>}
      </h3>
      <table className="ba">
        <tbody>
          <tr>
            <th scope="row">version</th>
            <td>{before ? <Version of={before} /> : 'none'}</td>
            {!isSame && <td>{after ? <Version of={after} /> : 'none'}</td>}
          </tr>
          {versions.isPending && (
            <tr>
              <td colSpan={3}>
                <Loading height={40} />
              </td>
            </tr>
          )}
          {versions.data?.before && versions.data.after && !isSame && (
            <Differences before={versions.data.before} after={versions.data.after} />
          )}
          {versions.data?.before && isSame && (
            <tr>
              <th scope="row">rows, columns</th>
              <td>
                {versions.data.before.rows === undefined ? 'unknown' : count(versions.data.before.rows)},{' '}
                {columnsOf(versions.data.before).length || 'no schema'}
              </td>
            </tr>
          )}
        </tbody>
      </table>
    </div>
  )
}

const Version = ({ of }: { of: Input }) => (
  <>
    <Link className="l" to={`/ui/data/${seg(of.name)}`} search={{ version: of.digest }}>
      {of.name}
    </Link>{' '}
    <Digest of={of.digest} />
  </>
)

/** Rows, then columns that came, went or changed their type, then figures of the profile that moved. */
function Differences({ before, after }: { before: DatasetVersion | null; after: DatasetVersion | null }) {
  const typeOf = (fields: Field[], name: string) => fields.find((field) => field.name === name)?.type
  const [a, b] = [before ? columnsOf(before) : [], after ? columnsOf(after) : []]
  const names = [...new Set([...a, ...b].map((field) => field.name))].filter((name) => typeOf(a, name) !== typeOf(b, name))
  const [p, q] = [before ? profileOf(before) : new Map(), after ? profileOf(after) : new Map()]
  const moved = [...new Set([...p.keys(), ...q.keys()])].filter((key) => p.get(key) !== q.get(key))
  const lines: [string, string, string][] = [
    ['rows', String(before?.rows ?? 'unknown'), String(after?.rows ?? 'unknown')],
    ...names.map((name): [string, string, string] => [`column ${name}`, typeOf(a, name) ?? 'none', typeOf(b, name) ?? 'none']),
    ...moved.slice(0, 60).map((key): [string, string, string] => [key, p.get(key) ?? '–', q.get(key) ?? '–']),
  ]
  return lines.map(([what, was, is]) => (
    <tr key={what}>
      <th scope="row">{what}</th>
      <td>{was === is ? was : <del>{was}</del>}</td>
      <td>{was === is ? is : <ins>{is}</ins>}</td>
    </tr>
  ))
}
