// How two versions of a model differ, line by line.
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { seg } from '../../api/client.ts'
import { bytesOf, number, signed } from '../../parts/format.ts'
import { Card } from '../../parts/layout.tsx'
import { Digest, Person, Time } from '../../parts/marks.tsx'
import type { Column } from './signature.ts'
import type { useEvidence } from './useEvidence.ts'

type Evidence = ReturnType<typeof useEvidence>
interface Line {
  what: string
  was: ReactNode
  is: ReactNode
  isSame: boolean
  more?: ReactNode
}

export function Lines({ title, of, from, to, none }: { title: string; of: Line[]; from: string; to: string; none?: string }) {
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

export const facts = (before: Evidence, after: Evidence): Line[] => {
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

export const metrics = (before: Evidence, after: Evidence): Line[] => {
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

export const params = (before: Evidence, after: Evidence): Line[] => {
  const valuesOf = (each: Evidence) => new Map((each.run?.data.params ?? []).map((param) => [param.key, param.value]))
  const [a, b] = [valuesOf(before), valuesOf(after)]
  return [...new Set([...a.keys(), ...b.keys()])]
    .sort()
    .filter((key) => a.get(key) !== b.get(key))
    .map((key) => line(key, a.get(key), b.get(key)))
}

export const data = (before: Evidence, after: Evidence): Line[] => {
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
        <Link className="l" to={`/ui/data/${seg(of.name)}`} search={{ version: of.digest }}>
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

export const signature = (before: Evidence, after: Evidence): Line[] => {
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
