import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { get, native, query } from '../../api/client.ts'
import type { Principal } from '../../api/types.ts'
import { Card } from '../../parts/layout.tsx'
import { Time } from '../../parts/marks.tsx'
import { Failure } from '../../parts/states.tsx'

interface Right {
  may: boolean
  grants: { grant: Principal['roles'][number]; how: string[] }[]
  roles: string[]
}

/** The conditions of a right, in words. */
const HOW: Record<string, string> = {
  allowed: 'without a condition',
  own: 'on own things only',
  masked: 'without personal content',
  justified: 'with a reason that is recorded',
  four_eyes: 'when a second person approves',
  domain: 'for requests of the role’s own domain',
  reported: 'for overrides that a business system reports',
  tag: 'for lookup tags only',
  covered: 'for what an approval covers',
  own_domain: 'for entries of the role’s own domain',
}

/** "Why can X do Y?", answered in sentences, each with the grant that says so. */
export function WhyMay({ users, permissions }: { users: Principal[]; permissions: string[] }) {
  const [who, setWho] = useState('')
  const [permission, setPermission] = useState('')
  const user = users.find((each) => each.name === who)
  const right = useQuery({
    queryKey: ['right', who, permission],
    queryFn: () => get<Right>(`${native}/rights${query({ user: who, permission })}`),
    enabled: who !== '' && permission.includes('.'),
    retry: false,
  })
  return (
    <Card title="Why can somebody do something?">
      <div className="bar">
        <select className="field" aria-label="Who" value={who} onChange={(e) => setWho(e.target.value)}>
          <option value="">Choose somebody</option>
          {users.map((each) => (
            <option key={each.id}>{each.name}</option>
          ))}
        </select>
        <input
          className="field"
          list="permissions"
          aria-label="What"
          placeholder="deployment.execute"
          value={permission}
          onChange={(e) => setPermission(e.target.value.trim())}
        />
        <datalist id="permissions">
          {[...new Set([...COMMON, ...permissions])].map((each) => (
            <option key={each} value={each} />
          ))}
        </datalist>
      </div>
      {right.isError && <Failure error={right.error} />}
      {right.data && (
        <ul className="plain" role="status">
          {right.data.grants.map(({ grant, how }) => (
            <li key={grant.id}>
              {who} may do <code>{permission}</code> in {grant.scope} {how.map((each) => HOW[each] ?? each).join(', ')}: as{' '}
              <b>{grant.title}</b>, granted by {grant.granted_by_name}
              {grant.expires_at && (
                <>
                  , until <Time at={grant.expires_at} full />
                </>
              )}
              .
            </li>
          ))}
          {!right.data.may && (
            <li>
              {who} may not do <code>{permission}</code>: no role of theirs gives it. It takes one of{' '}
              {right.data.roles.join(', ')}.
            </li>
          )}
        </ul>
      )}
      {user && !right.data && (
        <ul className="plain">
          {user.roles.map((role) => (
            <li key={role.id}>
              {user.name} {role.ended ? 'held' : 'holds'} <b>{role.title || role.role}</b> in {role.scope}, granted by{' '}
              {role.granted_by_name}
              {role.expires_at && (
                <>
                  , {role.ended ? 'which ended' : 'until'} <Time at={role.expires_at} full />
                </>
              )}
              .
            </li>
          ))}
          {user.roles.length === 0 && <li>{user.name} holds no role, so may do nothing.</li>}
        </ul>
      )}
    </Card>
  )
}

/** Asked for most. */
const COMMON = [
  'run.write',
  'run.delete',
  'model.register',
  'model.alias.set',
  'approval.request',
  'approval.approve',
  'deployment.execute',
  'deployment.rollback',
  'decision.read',
  'decision.reveal',
  'audit.read',
  'role.grant',
]
