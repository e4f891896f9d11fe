import { type KeyboardEvent, useEffect, useId, useState } from 'react'
import { Icon } from '../../parts/Icon.tsx'

const ATTRIBUTES = [
  'attributes.run_name',
  'attributes.status',
  'attributes.start_time',
  'attributes.end_time',
  'attributes.duration',
  'attributes.user_id',
]
const OPERATORS = ['=', '!=', '>', '>=', '<', '<=', 'LIKE', 'ILIKE']

/** What may follow the words before the cursor: a name, then an operator, then "and". */
const proposals = (words: string, columns: string[]): { from: number; all: string[] } => {
  const [, last = ''] = /(?:^|\s)(\S*)$/.exec(words) ?? []
  const before = words.slice(0, words.length - last.length).trimEnd()
  const from = words.length - last.length
  const starts = (all: string[]) => all.filter((each) => each.toLowerCase().includes(last.toLowerCase()) && each !== last)
  if (before === '' || /\sand$/i.test(before)) return { from, all: starts([...columns, ...ATTRIBUTES]).slice(0, 12) }
  if (/(^|\s)(metrics|params|tags|attributes)\.\S+$/.test(before)) return { from, all: starts(OPERATORS) }
  if (/(>|<|=|LIKE)\s*\S+$/i.test(before)) return { from, all: starts(['and ']) }
  return { from, all: [] }
}

/** MLflow's filter language, with names completed as they are typed. */
export function Filter({
  value,
  columns,
  found,
  onChange,
}: {
  value: string
  columns: string[]
  found: string
  onChange: (filter: string) => void
}) {
  const list = useId()
  const [words, setWords] = useState(value)
  const [isOpen, setOpen] = useState(false)
  const [at, setAt] = useState(-1)
  useEffect(() => setWords(value), [value])
  const { from, all } = proposals(words, columns)
  const shown = isOpen && all.length > 0
  const take = (proposal: string) => {
    setWords(`${words.slice(0, from)}${proposal}${proposal.endsWith(' ') ? '' : ' '}`)
    setAt(-1)
  }
  const pressed = (e: KeyboardEvent) => {
    if (!shown) return
    if (e.key === 'ArrowDown') setAt(Math.min(at + 1, all.length - 1))
    else if (e.key === 'ArrowUp') setAt(Math.max(at - 1, -1))
    else if (e.key === 'Escape') setOpen(false)
    else if ((e.key === 'Enter' || e.key === 'Tab') && all[at] !== undefined) take(all[at])
    else return
    e.preventDefault()
  }
  return (
    <form
      className="filter"
      onSubmit={(e) => {
        e.preventDefault()
        setOpen(false)
        onChange(words.trim())
      }}
    >
      <label className="field">
        <Icon name="search" />
        <input
          className="bare mono"
          data-filter
          role="combobox"
          aria-label="Filter"
          aria-expanded={shown}
          aria-controls={list}
          aria-autocomplete="list"
          aria-activedescendant={shown && all[at] !== undefined ? `${list}-${at}` : undefined}
          placeholder="metrics.auc > 0.8 and params.max_depth = '4' and tags.team LIKE 'risk%'"
          autoComplete="off"
          spellCheck={false}
          value={words}
          onFocus={() => setOpen(true)}
          onBlur={() => setOpen(false)}
          onKeyDown={pressed}
          onChange={(e) => {
            setWords(e.target.value)
            setOpen(true)
            setAt(-1)
          }}
        />
        <span className="s m">{found}</span>
        {value ? (
          <button
            type="button"
            className="cpb"
            aria-label="Clear the filter"
            title="Clear the filter"
            onClick={() => onChange('')}
          >
            <Icon name="x" size={14} />
          </button>
        ) : (
          <kbd>/</kbd>
        )}
      </label>
      <div id={list} className="card proposals" role="listbox" aria-label="Proposals" hidden={!shown}>
        {all.map((proposal, i) => (
          <div key={proposal} id={`${list}-${i}`} role="option" aria-selected={i === at}>
            {/* pressed before the field loses the focus */}
            <button
              type="button"
              tabIndex={-1}
              onMouseDown={(e) => {
                e.preventDefault()
                take(proposal)
              }}
            >
              {proposal}
            </button>
          </div>
        ))}
      </div>
    </form>
  )
}
