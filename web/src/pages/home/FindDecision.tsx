import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { Icon } from '../../parts/Icon.tsx'
import { Card } from '../../parts/layout.tsx'

/** For those whose work begins with one decision. */
export function FindDecision() {
  const navigate = useNavigate()
  const [id, setId] = useState('')
  return (
    <Card title="Open a decision">
      <form
        className="row"
        onSubmit={(e) => {
          e.preventDefault()
          if (id.trim()) void navigate({ to: `/ui/decisions/${encodeURIComponent(id.trim())}` })
        }}
      >
        <label className="field grow">
          <Icon name="search" />
          <input
            className="bare"
            aria-label="Decision id or client id"
            placeholder="Id, or the number of the application"
            value={id}
            onChange={(e) => setId(e.target.value)}
          />
        </label>
        <button type="submit" className="btn p" disabled={!id.trim()}>
          Open
        </button>
      </form>
    </Card>
  )
}
