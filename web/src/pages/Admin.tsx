import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { del, get, native, type Page, post } from '../api/client.ts'
import type { Principal } from '../api/types.ts'
import { useMay, useSession } from '../app/session.ts'
import { Card, Facts, Head } from '../parts/layout.tsx'
import { Copy, Person, Time } from '../parts/marks.tsx'
import { Failure, Loading } from '../parts/states.tsx'

const ROLES: [string, string][] = [
  ['VW', 'viewer'],
  ['DS', 'data scientist'],
  ['DE', 'data engineer'],
  ['RV', 'reviewer'],
  ['AP', 'approver'],
  ['DP', 'deployer'],
  ['OP', 'operator'],
  ['CW', 'case worker'],
  ['AU', 'auditor'],
  ['PO', 'privacy officer'],
  ['CO', 'compliance officer'],
  ['SA', 'security administrator'],
  ['PA', 'platform administrator'],
  ['KC', 'key custodian'],
  ['Si', 'ingesting service'],
  ['Ss', 'serving service'],
  ['Sc', 'CI service'],
]

export function Admin() {
  const session = useSession().data
  const may = useMay()
  const users = useQuery({
    queryKey: ['users'],
    queryFn: () => get<Page<Principal>>(`${native}/users`),
    enabled: may('principal.read'),
    retry: false,
  })
  const client = useQueryClient()
  const refresh = () => void client.invalidateQueries({ queryKey: ['users'] })
  return (
    <>
      <Head title="Admin" sub="Who may do what here" />
      <div className="g2">
        <div className="stack">
          {may('principal.read') && users.isPending && <Loading height={300} />}
          {users.isError && <Failure error={users.error} />}
          {users.isSuccess && (
            <Card title="People and services" right={users.data.items.length} flush>
              {users.data.items.length === 0 ? (
                <p className="empty">
                  No user yet: this machine acts without a token. The first user is made on the server’s machine: ./clew user add
                  NAME --role SA
                </p>
              ) : (
                <div className="scroll">
                  <table>
                    <thead>
                      <tr>
                        <th>Name</th>
                        <th>Roles</th>
                        <th>Id</th>
                      </tr>
                    </thead>
                    <tbody>
                      {users.data.items.map((user) => (
                        <tr key={user.id}>
                          <td>
                            <Person id={user.id} name={user.name} />{' '}
                            {user.state !== 'active' && <span className="chip">{user.state}</span>}
                          </td>
                          <td>
                            {user.roles.map((role) => (
                              <span
                                key={role.id}
                                className="chip"
                                title={`${role.title} in ${role.scope}, granted by ${role.granted_by_name}`}
                              >
                                {role.role} · {role.scope}
                                {may('role.grant') && (
                                  <button
                                    type="button"
                                    aria-label={`Take role ${role.role} from ${user.name}`}
                                    onClick={() => {
                                      void del(`${native}/grants/${role.id}`).then(refresh)
                                    }}
                                  >
                                    ×
                                  </button>
                                )}
                              </span>
                            ))}
                          </td>
                          <td className="mono m">{user.id.slice(0, 12)}…</td>
                        </tr>
                      ))}
                    </tbody>
                  </table>
                </div>
              )}
            </Card>
          )}
          {may('principal.write') && <NewUser onDone={refresh} />}
          {users.isSuccess && <WhyMay users={users.data.items} />}
        </div>
        <aside className="stack">
          <Card title="You">
            <Facts
              of={[
                ['Name', session?.state === 'open' ? 'this machine' : session?.name],
                [
                  'Id',
                  <span key="i" className="mono">
                    {session?.who}
                  </span>,
                ],
                ['Roles', session?.roles.join(', ')],
                ['Rights', `${session?.permissions.length ?? 0} in your project`],
              ]}
            />
            <details>
              <summary>What you may do</summary>
              <p className="s mono">{session?.permissions.join(' · ')}</p>
            </details>
          </Card>
          {session?.state === 'signed-in' && <NewToken />}
        </aside>
      </div>
    </>
  )
}

function NewUser({ onDone }: { onDone: () => void }) {
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

function NewToken() {
  const [name, setName] = useState('')
  const [made, setMade] = useState<{ token: string; expires_at: string } | null>(null)
  const [error, setError] = useState<unknown>(null)
  return (
    <Card title="Your tokens">
      <form
        className="bar"
        onSubmit={(e) => {
          e.preventDefault()
          setError(null)
          post<{ token: string; expires_at: string }>(`${native}/tokens`, { name: name || 'token' })
            .then(setMade)
            .catch(setError)
        }}
      >
        <input
          className="field"
          aria-label="What the token is for"
          placeholder="What it is for"
          value={name}
          onChange={(e) => setName(e.target.value)}
        />
        <button type="submit" className="btn">
          Make a token
        </button>
      </form>
      {made && (
        <div className="note gr">
          <div>
            Shown this once, valid until <Time at={made.expires_at} full />:
            <pre className="cmd">
              {made.token}
              <Copy text={made.token} label="token" />
            </pre>
          </div>
        </div>
      )}
      {error !== null && <Failure error={error} />}
    </Card>
  )
}

/** "Why can X do Y?", answered with the grants that say so. */
function WhyMay({ users }: { users: Principal[] }) {
  const [who, setWho] = useState('')
  const user = users.find((each) => each.name === who)
  return (
    <Card title="Why can somebody do something?">
      <select className="field" aria-label="Who" value={who} onChange={(e) => setWho(e.target.value)}>
        <option value="">Choose somebody</option>
        {users.map((each) => (
          <option key={each.id}>{each.name}</option>
        ))}
      </select>
      {user && (
        <ul className="plain">
          {user.roles.map((role) => (
            <li key={role.id}>
              {user.name} holds <b>{role.title || role.role}</b> in {role.scope}, granted by {role.granted_by_name}
              {role.expires_at && (
                <>
                  , until <Time at={role.expires_at} full />
                </>
              )}
              . The role’s rights hold there and below.
            </li>
          ))}
          {user.roles.length === 0 && <li>{user.name} holds no role, so may do nothing.</li>}
        </ul>
      )}
    </Card>
  )
}
