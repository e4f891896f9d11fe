import { useState } from 'react'
import { native, post } from '../../api/client.ts'
import type { Principal } from '../../api/types.ts'
import { useSession } from '../../app/session.ts'
import { Card } from '../../parts/layout.tsx'
import { Failure } from '../../parts/states.tsx'
import { ROLES } from './roles.ts'

/** A person or a service, with a first role. Nobody gives a role to an account that he answers for: a service has another owner. */
export function NewUser({ users, onDone }: { users: Principal[]; onDone: () => void }) {
  const [name, setName] = useState('')
  const [role, setRole] = useState('VW')
  const [owner, setOwner] = useState('')
  const who = useSession().data?.who
  const isService = role.startsWith('S') && role !== 'SA'
  const [error, setError] = useState<unknown>(null)
  return (
    <Card title="Make a user or service">
      <form
        className="bar"
        onSubmit={(e) => {
          e.preventDefault()
          setError(null)
          post(`${native}/users`, isService ? { name, role, service: true, owner } : { name, role })
            .then(() => {
              setName('')
              onDone()
            })
            .catch(setError)
        }}
      >
        <input
          className="field"
          aria-label="Name"
          placeholder="Name"
          value={name}
          onChange={(e) => setName(e.target.value)}
          required
        />
        <select className="field" aria-label="Role" value={role} onChange={(e) => setRole(e.target.value)}>
          {ROLES.map(([code, title]) => (
            <option key={code} value={code}>
              {code} {title}
            </option>
          ))}
        </select>
        {isService && (
          <select
            className="field"
            aria-label="Who answers for it"
            value={owner}
            onChange={(e) => setOwner(e.target.value)}
            required
          >
            <option value="">Who answers for it</option>
            {users
              .filter((each) => !each.id.startsWith('svc:') && each.id !== who)
              .map((each) => (
                <option key={each.id} value={each.name}>
                  {each.name}
                </option>
              ))}
          </select>
        )}
        <button type="submit" className="btn p">
          Make
        </button>
      </form>
      {error !== null && <Failure error={error} />}
    </Card>
  )
}
