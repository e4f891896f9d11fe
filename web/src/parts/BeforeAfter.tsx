import type { RowChange } from '../api/types.ts'
import { Time } from './marks.tsx'

/** What a row held before and holds since, of what is not the same. */
export function BeforeAfter({ row }: { row: RowChange }) {
  const names = [...new Set([...Object.keys(row.from ?? {}), ...Object.keys(row.to ?? {})])]
  return (
    <table className="ba">
      <caption>
        {row.table.replace(/_/g, ' ')}{' '}
        {row.from === undefined ? <span className="chip">new</span> : row.to === undefined && <span className="chip">gone</span>}
      </caption>
      <tbody>
        {names.map((name) => (
          <tr key={name}>
            <th scope="row">{name.replace(/_/g, ' ')}</th>
            {row.from && <td>{name in row.from ? <del>{written(name, row.from[name])}</del> : '–'}</td>}
            {row.to && <td>{name in row.to ? <ins>{written(name, row.to[name])}</ins> : '–'}</td>}
          </tr>
        ))}
      </tbody>
    </table>
  )
}

/** Times are kept as microseconds, those of MLflow as milliseconds. */
const written = (name: string, value: unknown) => {
  if (typeof value === 'number' && /(_at|_time)$/.test(name) && value > 1e12)
    return <Time at={value > 1e14 ? value / 1000 : value} full />
  return String(value)
}
