import { useState } from 'react'
import { Icon } from '../../parts/Icon.tsx'
import { Pop } from '../../parts/Pop.tsx'

/** Which columns are shown and in what order. */
export function Columns({
  known,
  chosen,
  frozen,
  onChange,
  onFreeze,
}: {
  known: string[]
  chosen: string[]
  /** How many of the chosen stay in place, beside the name. */
  frozen: number
  onChange: (columns: string[]) => void
  onFreeze: (count: number) => void
}) {
  const [words, setWords] = useState('')
  const rest = known.filter((column) => !chosen.includes(column))
  const like = (column: string) => column.toLowerCase().includes(words.toLowerCase())
  const move = (column: string, by: number) => {
    const next = chosen.filter((each) => each !== column)
    next.splice(Math.max(0, chosen.indexOf(column) + by), 0, column)
    onChange(next)
  }
  return (
    <Pop
      head={
        <>
          <Icon name="columns" /> Columns <span className="m">{`${chosen.length} of ${known.length}`}</span>
        </>
      }
    >
      <input
        className="field"
        aria-label="Find a column"
        placeholder="Find a column"
        value={words}
        onChange={(e) => setWords(e.target.value)}
      />
      <label className="pick-row">
        Stay in place while scrolling
        <select className="field" value={frozen} onChange={(e) => onFreeze(Number(e.target.value))}>
          <option value={0}>the name</option>
          <option value={2}>the name, started and took</option>
          {chosen.slice(0, 3).map((column, i) => (
            <option key={column} value={i + 3}>
              up to {column}
            </option>
          ))}
        </select>
      </label>
      {[...chosen, ...rest].filter(like).map((column) => {
        const isChosen = chosen.includes(column)
        return (
          <div key={column} className="pick-row">
            <label>
              <input
                type="checkbox"
                checked={isChosen}
                onChange={() => onChange(isChosen ? chosen.filter((each) => each !== column) : [...chosen, column])}
              />{' '}
              {column}
            </label>
            {isChosen && (
              <span>
                <button type="button" className="cpb" aria-label={`Move ${column} to the left`} onClick={() => move(column, -1)}>
                  ←
                </button>
                <button type="button" className="cpb" aria-label={`Move ${column} to the right`} onClick={() => move(column, 1)}>
                  →
                </button>
              </span>
            )}
          </div>
        )
      })}
    </Pop>
  )
}
