import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { seg } from '../../api/client.ts'
import { bytesOf, number, signed } from '../../parts/format.ts'
import { Card, Head } from '../../parts/layout.tsx'
import { Copy, Digest, Person, Time } from '../../parts/marks.tsx'
import { Empty, Loading } from '../../parts/states.tsx'
import { Unshown } from '../../parts/Unshown.tsx'
import { crumbsOf } from './crumbs.tsx'
import type { Column } from './signature.ts'
import { useEvidence } from './useEvidence.ts'

type Evidence = ReturnType<typeof useEvidence>
interface Line {
  what: string
  was: ReactNode
  is: ReactNode
  isSame: boolean
  more?: ReactNode
}

/** Two versions of a model against each other: files, metrics, parameters, data, signature. */
export function CompareVersions() {
  const { name } = useParams({ strict: false }) as { name: string }
  const view = useSearch({ strict: false }) as { from?: string | number; to?: string | number }
  const [from, to] = [String(view.from ?? ''), String(view.to ?? '')]
  if (!/^\d+$/.test(from) || !/^\d+$/.test(to)) return <Empty>Choose two versions on the page of the model.</Empty>
  return <Pair key={`${from} ${to}`} name={name} from={from} to={to} />
}

function Pair({ name, from, to }: { name: string; from: string; to: string }) {
  const navigate = useNavigate()
  const before = useEvidence(name, from)
  const after = useEvidence(name, to)
  const title = `Compare v${from} with v${to}`
  if (before.row.isLoadingError) return <Unshown crumbs={crumbsOf(name)} title={title} error={before.row.error} />
  if (after.row.isLoadingError) return <Unshown crumbs={crumbsOf(name)} title={title} error={after.row.error} />
  if (before.row.isPending || after.row.isPending) return <Loading height={500} />
  const swap = () => void navigate({ to: '.', search: { from: to, to: from } as never, replace: true })
  return (
    <>
      <Head
        crumbs={crumbsOf(name)}
        title={title}
        sub={
          before.facts.data && after.facts.data
            ? before.facts.data.digest === after.facts.data.digest
              ? 'The same files, byte for byte'
              : 'Their files differ'
            : ' '
        }
        acts={
          <>
            <button type="button" className="btn" onClick={swap}>
              Swap
            </button>
            <span className="btn">
              Link <Copy text={location.href} label="link to this comparison" />
            </span>
          </>
        }
      />
      <div className="stack">
        <Lines title="Version" of={facts(before, after)} from={from} to={to} />
        <Lines
          title="Metrics of their runs"
          of={metrics(before, after)}
          from={from}
          to={to}
          none="Neither run logged a metric, or you may not see runs."
        />
        <Lines
          title="Parameters that differ"
          of={params(before, after)}
          from={from}
          to={to}
          none="Their runs had the same parameters."
        />
        <Lines title="Data" of={data(before, after)} from={from} to={to} none="Neither run names its data." />
        <Lines title="Signature" of={signature(before, after)} from={from} to={to} none="Neither version tells a signature." />
      </div>
      {before.row.data.model_version.run_id && after.row.data.model_version.run_id && (
        <p className="row after">
          <Link
            className="btn"
            to="/ui/compare"
            search={{ runs: `${before.row.data.model_version.run_id},${after.row.data.model_version.run_id}` }}
          >
            Compare their runs: charts, code, environment
          </Link>
        </p>
      )}
    </>
  )
}

function Lines({ title, of, from, to, none }: { title: string; of: Line[]; from: string; to: string; none?: string }) {
  return (
    <Card title={title} flush>
      {of.length === 0 ? (
        <p className="empty">{none}</p>
      ) : (
        <div className="scroll">
          <table className="ba">
            <thead>
              <tr>
                <th>
                  <span className="vh">What</span>
                </th>
                <th>v{from}</th>
                <th>v{to}</th>
              </tr>
            </thead>
            <tbody>
              {of.map((line) => (
                <tr key={line.what}>
                  <th scope="row">{line.what}</th>
                  <td>{line.isSame ? line.was : <del>{line.was}</del>}</td>
                  <td>
                    {line.isSame ? line.is : <ins>{line.is}</ins>} {line.more}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Card>
  )
}

const line = (what: string, was: string | undefined, is: string | undefined): Line => ({
  what,
  was: was || '–',
  is: is || '–',
  isSame: was === is,
})

const facts = (before: Evidence, after: Evidence): Line[] => {
  const [a, b] = [before.row.data?.model_version, after.row.data?.model_version]
  const [f, g] = [before.facts.data, after.facts.data]
  return [
    {
      what: 'Registered',
      was: <Time at={a?.creation_timestamp} full />,
      is: <Time at={b?.creation_timestamp} full />,
      isSame: true,
    },
    {
      what: 'By',
      was: f ? <Person id={f.registered_by} name={f.registered_by_name} /> : '–',
      is: g ? <Person id={g.registered_by} name={g.registered_by_name} /> : '–',
      isSame: f?.registered_by === g?.registered_by,
    },
    {
      what: 'Digest',
      was: f ? <Digest of={f.digest} /> : '–',
      is: g ? <Digest of={g.digest} /> : '–',
      isSame: f?.digest === g?.digest,
    },
    line('Files', f ? `${f.files}, ${bytesOf(f.bytes)}` : '', g ? `${g.files}, ${bytesOf(g.bytes)}` : ''),
    line('Stage', a?.current_stage, b?.current_stage),
    line('Description', a?.description, b?.description),
    line('Run', before.run?.info.run_name ?? a?.run_id, after.run?.info.run_name ?? b?.run_id),
  ]
}

const metrics = (before: Evidence, after: Evidence): Line[] => {
  const valuesOf = (each: Evidence) => new Map((each.run?.data.metrics ?? []).map((metric) => [metric.key, metric.value]))
  const [a, b] = [valuesOf(before), valuesOf(after)]
  return [...new Set([...a.keys(), ...b.keys()])].sort().map((key) => {
    const difference = Number(b.get(key)) - Number(a.get(key))
    return {
      ...line(key, number(a.get(key), 6), number(b.get(key), 6)),
      more: Number.isFinite(difference) && difference !== 0 && <span className="m num">{signed(difference, 4)}</span>,
    }
  })
}

const params = (before: Evidence, after: Evidence): Line[] => {
  const valuesOf = (each: Evidence) => new Map((each.run?.data.params ?? []).map((param) => [param.key, param.value]))
  const [a, b] = [valuesOf(before), valuesOf(after)]
  return [...new Set([...a.keys(), ...b.keys()])]
    .sort()
    .filter((key) => a.get(key) !== b.get(key))
    .map((key) => line(key, a.get(key), b.get(key)))
}

const data = (before: Evidence, after: Evidence): Line[] => {
  const inputsOf = (each: Evidence) =>
    new Map(
      (each.run?.inputs?.dataset_inputs ?? []).map(({ dataset, tags }) => [
        tags?.find((tag) => tag.key === 'mlflow.data.context')?.value ?? 'used',
        dataset,
      ]),
    )
  const [a, b] = [inputsOf(before), inputsOf(after)]
  const told = (of: { name: string; digest: string } | undefined) =>
    of ? (
      <>
        <Link className="l" to={`/ui/data/${seg(of.name)}`}>
          {of.name}
        </Link>{' '}
        <Digest of={of.digest} />
      </>
    ) : (
      '–'
    )
  return [...new Set([...a.keys(), ...b.keys()])].map((context) => ({
    what: context,
    was: told(a.get(context)),
    is: told(b.get(context)),
    isSame: a.get(context)?.digest === b.get(context)?.digest,
  }))
}

const signature = (before: Evidence, after: Evidence): Line[] => {
  const columnsOf = (each: Evidence) =>
    new Map(
      (['inputs', 'outputs', 'params'] as const).flatMap((part) =>
        (each.signature?.[part] ?? []).map((column: Column, i): [string, string] => [
          `${part}: ${column.name || i + 1}`,
          `${column.type}${column.isRequired ? '' : ', may be left out'}`,
        ]),
      ),
    )
  const [a, b] = [columnsOf(before), columnsOf(after)]
  const names = [...new Set([...a.keys(), ...b.keys()])]
  const differing = names.filter((key) => a.get(key) !== b.get(key))
  if (names.length > 0 && differing.length === 0)
    return [line('all columns', `${names.length} columns`, `${names.length} columns`)]
  return differing.map((key) => line(key, a.get(key), b.get(key)))
}
