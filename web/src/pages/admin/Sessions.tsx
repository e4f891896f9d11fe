import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { del, get, native, type Page } from '../../api/client.ts'
import { Card } from '../../parts/layout.tsx'
import { Person, Time } from '../../parts/marks.tsx'
import { Failure } from '../../parts/states.tsx'

interface SignedIn {
  id: string
  who: string
  name: string
  since: string
  seen: string
  until: string
}

/** Browsers that are signed in: one's own, or everybody's for who may end them. */
export function Sessions({ ofAll }: { ofAll: boolean }) {
  const client = useQueryClient()
  const [error, setError] = useState<unknown>(null)
  const found = useQuery({
    queryKey: ['sessions', ofAll],
    queryFn: () => get<Page<SignedIn>>(`${native}/sessions${ofAll ? '?all=true' : ''}`),
    retry: false,
  })
  const items = found.data?.items ?? []
  return (
    <Card title={ofAll ? 'Signed-in browsers' : 'Your signed-in browsers'} right={items.length}>
      {found.isError && <Failure error={found.error} />}
      {error !== null && <Failure error={error} />}
      <ul className="bare-list">
        {items.map((each) => (
          <li key={each.id} className="row">
            <span className="grow">
              <Person id={each.who} name={each.name} />
              <span className="s m">
                {' '}
                since <Time at={each.since} />, last seen <Time at={each.seen} />
              </span>
            </span>
            <button
              type="button"
              className="btn sm"
              aria-label={`End the session of ${each.name} since ${each.since}`}
              onClick={() => {
                setError(null)
                del(`${native}/sessions/${each.id}`)
                  .then(() => client.invalidateQueries())
                  .catch(setError)
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
