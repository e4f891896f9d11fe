import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { del, get, native, type Page } from '../../api/client.ts'
import type { Principal } from '../../api/types.ts'
import { useMay, useSession } from '../../app/session.ts'
import { Card, Head } from '../../parts/layout.tsx'
import { Digest, Person } from '../../parts/marks.tsx'
import { Failure, Loading } from '../../parts/states.tsx'
import { GiveRole } from './GiveRole.tsx'
import { NewUser } from './NewUser.tsx'
import { ServerFacts } from './ServerFacts.tsx'
import { Sessions } from './Sessions.tsx'
import { Tokens } from './Tokens.tsx'
import { WhyMay } from './WhyMay.tsx'
import { You } from './You.tsx'

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
  const [error, setError] = useState<unknown>(null)
  const refresh = () => void client.invalidateQueries({ queryKey: ['users'] })
  if (!may('principal.read') && !may('principal.write') && !may('role.grant')) return <Mine />
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
                                className={role.ended ? 'chip m' : 'chip'}
                                title={`${role.title} in ${role.scope}, granted by ${role.granted_by_name}`}
                              >
                                {role.role} · {role.scope}
                                {role.expires_at && ` · ${role.ended ? 'ended' : 'until'} ${role.expires_at.slice(0, 10)}`}
                                {may('role.grant') && (
                                  <button
                                    type="button"
                                    aria-label={`Take role ${role.role} from ${user.name}`}
                                    onClick={() => {
                                      setError(null)
                                      del(`${native}/grants/${role.id}`).then(refresh).catch(setError)
                                    }}
                                  >
                                    ×
                                  </button>
                                )}
                              </span>
                            ))}
                          </td>
                          <td>
                            <Digest of={user.id} what="id" />
                          </td>
                        </tr>
                      ))}
                    </tbody>
                  </table>
                </div>
              )}
            </Card>
          )}
          {error !== null && <Failure error={error} />}
          {may('role.grant') && users.isSuccess && users.data.items.length > 0 && (
            <GiveRole users={users.data.items} onDone={refresh} />
          )}
          {may('principal.write') && <NewUser users={users.data?.items ?? []} onDone={refresh} />}
          {users.isSuccess && <WhyMay users={users.data.items} permissions={session?.permissions ?? []} />}
        </div>
        <aside className="stack">
          <You />
          <ServerFacts />
          {session?.state === 'signed-in' && (
            <Tokens
              services={(users.data?.items ?? []).filter((each) => each.owner !== undefined && each.owner === session.who)}
            />
          )}
          {session?.state === 'signed-in' && <Sessions ofAll={may('session.revoke')} />}
        </aside>
      </div>
    </>
  )
}

/** The page of who manages nobody. */
function Mine() {
  const session = useSession().data
  return (
    <>
      <Head title="Admin" sub="What you may do here, what acts for you, and where you are" />
      <div className="g22">
        <div className="stack">
          <You />
          {session?.state === 'signed-in' && <Tokens services={[]} />}
        </div>
        <div className="stack">
          <ServerFacts />
          {session?.state === 'signed-in' && <Sessions ofAll={false} />}
        </div>
      </div>
    </>
  )
}
