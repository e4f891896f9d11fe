import { Icon } from '../../parts/Icon.tsx'
import { PARENT } from './groups.ts'

/** By which parameter or tag the runs are gathered. */
export function GroupBy({
  known,
  value,
  onChange,
}: {
  known: string[]
  value: string | undefined
  onChange: (group: string | undefined) => void
}) {
  return (
    <label className={`field pick-one ${value ? 'on' : ''}`}>
      <Icon name="group" />
      <select className="bare" aria-label="Group by" value={value ?? ''} onChange={(e) => onChange(e.target.value || undefined)}>
        <option value="">Group</option>
        <option value={PARENT}>by parent run</option>
        {known
          .filter((column) => /^(params|tags)\./.test(column))
          .map((column) => (
            <option key={column} value={column}>
              by {column}
            </option>
          ))}
      </select>
    </label>
  )
}
