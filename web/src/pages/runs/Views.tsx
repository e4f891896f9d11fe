import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { Icon } from '../../parts/Icon.tsx'
import { Copy } from '../../parts/marks.tsx'
import { Pop } from '../../parts/Pop.tsx'

interface Saved {
  name: string
  /** What stands behind the ? of the address. */
  search: Record<string, string>
}

const keyOf = (experiment: string) => `clew-views-${experiment}`

const kept = (experiment: string): Saved[] => {
  try {
    const all = JSON.parse(localStorage.getItem(keyOf(experiment)) ?? '[]')
    return Array.isArray(all) ? all.filter((each) => typeof each.name === 'string' && typeof each.search === 'object') : []
  } catch {
    return []
  }
}

/** The view is its address: named here for oneself, or copied for others. */
export function Views({ experiment, search }: { experiment: string; search: Record<string, unknown> }) {
  const [all, setAll] = useState(() => kept(experiment))
  const [name, setName] = useState('')
  const keep = (next: Saved[]) => {
    localStorage.setItem(keyOf(experiment), JSON.stringify(next))
    setAll(next)
  }
  return (
    <Pop
      side="end"
      head={
        <>
          <Icon name="star" /> Views {all.length > 0 && <span className="m">{all.length}</span>}
        </>
      }
    >
      <div className="pick-row">
        <span>Link to this view</span>
        <Copy text={location.href} label="link to this view" />
      </div>
      {all.map((each) => (
        <div key={each.name} className="pick-row">
          <Link className="l" to={`/ui/experiments/${experiment}`} search={each.search}>
            {each.name}
          </Link>
          <button
            type="button"
            className="cpb"
            aria-label={`Forget the view ${each.name}`}
            onClick={() => keep(all.filter((other) => other !== each))}
          >
            <Icon name="x" size={13} />
          </button>
        </div>
      ))}
      <form
        className="row"
        onSubmit={(e) => {
          e.preventDefault()
          const text = name.trim()
          if (!text) return
          const now = Object.fromEntries(Object.entries(search).flatMap(([k, v]) => (v ? [[k, String(v)]] : [])))
          keep([...all.filter((each) => each.name !== text), { name: text, search: now }])
          setName('')
        }}
      >
        <input
          className="field grow"
          aria-label="Name of this view"
          placeholder="Name this view"
          value={name}
          onChange={(e) => setName(e.target.value)}
        />
        <button type="submit" className="btn" disabled={!name.trim()}>
          Keep
        </button>
      </form>
      <p className="s m">Names are kept in this browser; the link holds all of the view.</p>
    </Pop>
  )
}
