import { useState } from 'react'
import { native, post } from '../../api/client.ts'
import type { Principal } from '../../api/types.ts'
import { Card } from '../../parts/layout.tsx'
import { Failure } from '../../parts/states.tsx'
import { ROLES } from './roles.ts'

/** Roles that end by themselves when nothing else is said. */
const ENDING = new Set(['AP', 'DP', 'AU'])

/** Another role for somebody who is there, in a scope and until a day. */
export function GiveRole({ users, onDone }: { users: Principal[]; onDone: () => void }) {
  const [user, setUser] = useState('')
  const [role, setRole] = useState('VW')
  const [scope, setScope] = useState('')
  const [until, setUntil] = useState('')
  const [forGood, setForGood] = useState(false)
  const [error, setError] = useState<unknown>(null)
  return (
    <Card title="Give a role">
      <form
        className="bar"
        onSubmit={(e) => {
          e.preventDefault()
          setError(null)
          post(`${native}/grants`, {
            user,
            role,
            ...(scope.trim() ? { scope: scope.trim() } : {}),
            ...(forGood ? { expires: 'never' } : until ? { expires: `${until}T00:00:00Z` } : {}),
          })
            .then(() => {
              setUser('')
              onDone()
            })
            .catch(setError)
        }}
      >
        <select className="field" aria-label="To whom" value={user} onChange={(e) => setUser(e.target.value)} required>
          <option value="">Choose somebody</option>
          {users.map((each) => (
            <option key={each.id} value={each.id}>
              {each.name}
            </option>
          ))}
        </select>
        <select className="field" aria-label="Role to give" value={role} onChange={(e) => setRole(e.target.value)}>
          {ROLES.map(([code, title]) => (
            <option key={code} value={code}>
              {code} {title}
            </option>
          ))}
        </select>
        <input
          className="field"
          aria-label="Scope of the role"
          placeholder="Where it usually holds"
          value={scope}
          onChange={(e) => setScope(e.target.value)}
        />
        <label className="field">
          <span className="m">until</span>
          <input
            className="bare"
            type="date"
            aria-label="Day on which the role ends"
            value={until}
            disabled={forGood}
            onChange={(e) => setUntil(e.target.value)}
          />
        </label>
        <label className="field">
          <input type="checkbox" checked={forGood} onChange={(e) => setForGood(e.target.checked)} />
          <span className="m">never ends</span>
        </label>
        <button type="submit" className="btn" disabled={!user}>
          Give
        </button>
      </form>
      {ENDING.has(role) && !until && !forGood && (
        <p className="s m">It ends by itself after 90 days. Given again before, it holds for 90 days from then.</p>
      )}
      {error !== null && <Failure error={error} />}
    </Card>
  )
}
