import { useState } from 'react'
import { native, post } from '../../api/client.ts'
import { Card } from '../../parts/layout.tsx'
import { Failure } from '../../parts/states.tsx'
import { ROLES } from './roles.ts'

/** A person or a service, with a first role. */
export function NewUser({ onDone }: { onDone: () => void }) {
  const [name, setName] = useState('')
  const [role, setRole] = useState('VW')
  const [error, setError] = useState<unknown>(null)
  return (
    <Card title="Make a user or service">
      <form
        className="bar"
        onSubmit={(e) => {
          e.preventDefault()
          setError(null)
          post(`${native}/users`, role.startsWith('S') && role !== 'SA' ? { name, role, service: true } : { name, role })
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
        <button type="submit" className="btn p">
          Make
        </button>
      </form>
      {error !== null && <Failure error={error} />}
    </Card>
  )
}
