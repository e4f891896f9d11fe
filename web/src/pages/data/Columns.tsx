import type { DatasetVersion } from '../../api/types.ts'
import { count, number } from '../../parts/format.ts'
import { type Column, Table } from '../../parts/Table.tsx'
import { type ColumnProfile, columnProfilesOf, columnsOf, type Field, profileOf } from './shape.ts'

/** Columns of a version with what they hold: type, missing and distinct values, how values are spread. */
export function Columns({ version }: { version: DatasetVersion }) {
  const profiles = columnProfilesOf(version)
  const named = columnsOf(version)
  const fields: Field[] = named.length ? named : [...profiles.values()].map(({ name }) => ({ name, type: '' }))
  const figures = profiles.size ? [] : [...profileOf(version)]
  if (!fields.length && !figures.length) return null
  const of = (field: Field) => profiles.get(field.name)
  const spread: Column<Field>[] = [
    {
      title: 'Missing',
      n: true,
      cell: (field) => share(of(field)?.missing, version.rows),
      full: (field) => (of(field)?.missing === undefined ? undefined : `${of(field)?.missing} rows`),
    },
    {
      title: 'Distinct',
      n: true,
      cell: (field) => {
        const { distinct, distinct_exact: isExact } = of(field) ?? {}
        return distinct === undefined ? '–' : `${isExact === false ? '~' : ''}${count(distinct)}`
      },
    },
    { title: 'Values', cell: (field) => <Values of={of(field)} rows={version.rows} /> },
  ]
  return (
    <>
      {fields.length > 0 && (
        <details className="after" open={profiles.size > 0}>
          <summary>
            {fields.length} columns{profiles.size > 0 && ', with what they hold'}
          </summary>
          <Table
            label="Columns"
            of={fields}
            keyOf={(field) => field.name}
            columns={[
              { title: 'Column', cell: (field) => <code>{field.name}</code>, full: (field) => field.description },
              { title: 'Type', cell: (field) => <span className="m">{field.type}</span> },
              ...(profiles.size ? spread : []),
            ]}
          />
        </details>
      )}
      {figures.length > 0 && (
        <details className="after">
          <summary>Profile</summary>
          <dl className="kv">
            {figures.slice(0, MOST).map(([name, value]) => (
              <div key={name} style={{ display: 'contents' }}>
                <dt>{name}</dt>
                <dd className="num">{value}</dd>
              </div>
            ))}
          </dl>
        </details>
      )}
      {!profiles.size && !figures.length && (
        <p className="s m">
          No profile was given with this version. <code>clew profile FILE --json</code> makes one.
        </p>
      )}
    </>
  )
}

const MOST = 60
const LEVELS = 3

const share = (missing: number | undefined, rows: number | undefined) => {
  if (missing === undefined) return '–'
  if (missing === 0 || !rows) return count(missing)
  return `${number((100 * missing) / rows, 3)} %`
}

/** A histogram of numbers with its ends, or the values that occur most. */
function Values({ of, rows }: { of: ColumnProfile | undefined; rows: number | undefined }) {
  if (!of) return null
  const { numbers, top } = of
  if (numbers) {
    return (
      <span className="spread num">
        {numbers.histogram && <Histogram {...numbers.histogram} />}
        <span>
          {number(numbers.min)} … {number(numbers.max)} <span className="m">⌀ {number(numbers.mean)}</span>
        </span>
      </span>
    )
  }
  if (!top?.length) return null
  return (
    <span className="spread">
      {top.slice(0, LEVELS).map((level) => (
        <span key={String(level.value)} className="level" title={`${level.value}: ${count(level.count)} rows`}>
          <i style={{ width: `${rows ? Math.max(2, (100 * level.count) / rows) : 0}%` }} />
          <span>{String(level.value)}</span> <span className="m num">{count(level.count)}</span>
        </span>
      ))}
      {(of.distinct ?? 0) > LEVELS && <span className="m s">and {count((of.distinct ?? 0) - LEVELS)} more</span>}
    </span>
  )
}

const WIDTH = 96
const HEIGHT = 24

function Histogram({ edges, counts }: { edges: number[]; counts: number[] }) {
  const most = Math.max(1, ...counts)
  const width = WIDTH / counts.length
  return (
    <svg
      className="hist"
      width={WIDTH}
      height={HEIGHT}
      role="img"
      aria-label={`Histogram: ${counts.map((n, i) => `${n} from ${number(edges[i])} to ${number(edges[i + 1])}`).join(', ')}`}
    >
      {counts.map((n, i) => (
        <rect
          key={edges[i]}
          x={i * width + 0.5}
          width={Math.max(1, width - 1)}
          y={HEIGHT - (n / most) * HEIGHT}
          height={(n / most) * HEIGHT}
        >
          <title>{`${number(edges[i])} to ${number(edges[i + 1])}: ${count(n)}`}</title>
        </rect>
      ))}
    </svg>
  )
}
