import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { get, native, type Page } from '../../api/client.ts'
import type { Denial } from '../../api/types.ts'
import { number } from '../../parts/format.ts'
import { Card } from '../../parts/layout.tsx'
import { Digest, Person, Time } from '../../parts/marks.tsx'
import { Failure, Loading } from '../../parts/states.tsx'

/** What the denials of a batch say. They are opened when somebody asks, for the look is recorded. */
export function Denials({ seq }: { seq: number }) {
  const [asked, setAsked] = useState(false)
  const found = useQuery({
    queryKey: ['denials', seq],
    queryFn: () => get<Page<Denial>>(`${native}/ledger/entries/${seq}/denials`),
    enabled: asked,
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  })
  return (
    <Card title="Denials" right={found.data?.items.length}>
      {!asked && (
        <p>
          <button type="button" className="btn" onClick={() => setAsked(true)}>
            Open denials
          </button>{' '}
          <span className="s m">Who was denied what. That you looked is recorded.</span>
        </p>
      )}
      {asked && found.isPending && <Loading height={60} />}
      {found.isError && <Failure error={found.error} />}
      {found.data?.items.length === 0 && <p className="empty">This batch holds no denials.</p>}
      <ul className="bare-list">
        {found.data?.items.map((each) => (
          <li key={each.id} className="s">
            <Person id={each.who} name={each.name} /> <code>{each.permission ?? 'no right was asked'}</code>{' '}
            <span className="chip">{each.code}</span> {each.count > 1 && `${number(each.count)} times, `}
            <Time at={each.last} full />
            {each.kind && each.thing && (
              <span className="m">
                {' '}
                · {each.kind} <Digest of={each.thing} />
              </span>
            )}
          </li>
        ))}
      </ul>
    </Card>
  )
}
