import { useState } from 'react'
import { Icon } from '../../parts/Icon.tsx'

/** Which columns are shown and in what order. */
export function Columns({
  known,
  chosen,
  onChange,
}: {
  known: string[]
  chosen: string[]
  onChange: (columns: string[]) => void
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
    <details className="pick">
      <summary className="btn">
        <Icon name="columns" /> Columns <span className="m">{`${chosen.length} of ${known.length}`}</span>
      </summary>
      <div className="card pick-list">
        <input
          className="field"
          aria-label="Find a column"
          placeholder="Find a column"
          value={words}
          onChange={(e) => setWords(e.target.value)}
        />
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
                  <button
                    type="button"
                    className="cpb"
                    aria-label={`Move ${column} to the left`}
                    onClick={() => move(column, -1)}
                  >
                    ←
                  </button>
                  <button
                    type="button"
                    className="cpb"
                    aria-label={`Move ${column} to the right`}
                    onClick={() => move(column, 1)}
                  >
                    →
                  </button>
                </span>
              )}
            </div>
          )
        })}
      </div>
    </details>
  )
}
