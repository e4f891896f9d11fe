import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { del, get, native, type Page, post, query } from '../../api/client.ts'
import type { Principal } from '../../api/types.ts'
import { Card } from '../../parts/layout.tsx'
import { Copy, Time } from '../../parts/marks.tsx'
import { Failure } from '../../parts/states.tsx'

interface Token {
  id: string
  name: string
  created_at: string
  expires_at?: string
  permissions: string[]
}

/**
 * One's own tokens, and those of the services that one answers for: made here, shown once, ended when they are not needed any more.
 *
 * @param services accounts of which the caller is the owner, as far as it may list them
 */
export function Tokens({ services }: { services: Principal[] }) {
  const client = useQueryClient()
  const [user, setUser] = useState('')
  const all = useQuery({
    queryKey: ['tokens', user],
    queryFn: () => get<Page<Token>>(`${native}/tokens${query({ user })}`),
    enabled: user === '' || services.some((each) => each.name === user),
    retry: false,
  })
  const refresh = () => void client.invalidateQueries({ queryKey: ['tokens'] })
  const [name, setName] = useState('')
  const [made, setMade] = useState<{ token: string; expires_at: string } | null>(null)
  const [error, setError] = useState<unknown>(null)
  return (
    <Card title="Tokens">
      <form
        className="bar"
        onSubmit={(e) => {
          e.preventDefault()
          setError(null)
          setMade(null)
          post<{ token: string; expires_at: string }>(`${native}/tokens`, {
            name: name || 'token',
            ...(user ? { user } : {}),
          })
            .then((next) => {
              setMade(next)
              refresh()
            })
            .catch(setError)
        }}
      >
        <input
          className="field"
          list="services"
          aria-label="Whose token"
          placeholder="Yours, or a service’s"
          value={user}
          onChange={(e) => {
            setMade(null)
            setUser(e.target.value.trim())
          }}
        />
        <datalist id="services">
          {services.map((each) => (
            <option key={each.id} value={each.name} />
          ))}
        </datalist>
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
      {all.isError && <Failure error={all.error} />}
      {all.data?.items.length === 0 && <p className="m">No token can be used.</p>}
      <ul className="bare-list">
        {all.data?.items.map((token) => (
          <li key={token.id} className="row">
            <span className="grow">
              <b>{token.name}</b>
              <span className="s m">
                {' '}
                made <Time at={token.created_at} />
                {token.expires_at && (
                  <>
                    , until <Time at={token.expires_at} full />
                  </>
                )}
                {token.permissions.length > 0 && `, for ${token.permissions.length} rights only`}
              </span>
            </span>
            <button
              type="button"
              className="btn sm"
              aria-label={`End the token ${token.name}`}
              onClick={() => {
                setError(null)
                del(`${native}/tokens/${token.id}`).then(refresh).catch(setError)
              }}
            >
              End
            </button>
          </li>
        ))}
      </ul>
    </Card>
  )
}
