import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { get, native, type Page, post, seg } from '../api/client.ts'
import type { Approval } from '../api/types.ts'
import { useMay, useSession } from '../app/session.ts'
import { Icon } from '../parts/Icon.tsx'
import { Card, Digest, Facts, Failure, Head, Loading, Person, ReasonDialog, Time } from '../parts/parts.tsx'

const STATES = ['pending', 'granted', 'rejected', 'void', 'all'] as const

export function Approvals() {
  const [state, setState] = useState<(typeof STATES)[number]>('pending')
  const [voting, setVoting] = useState<{ approval: Approval; vote: 'grant' | 'reject' } | null>(null)
  const may = useMay()
  const session = useSession().data
  const client = useQueryClient()
  const found = useQuery({
    queryKey: ['approvals', state],
    queryFn: () => get<Page<Approval>>(`${native}/approvals?limit=200${state === 'all' ? '' : `&state=${state}`}`),
  })
  return (
    <>
      <Head title="Approvals" sub="Who lets a model version serve, and why" />
      <div className="bar">
        <span className="seg" role="group" aria-label="State">
          {STATES.map((each) => (
            <button key={each} type="button" aria-pressed={state === each} onClick={() => setState(each)}>
              {each}
            </button>
          ))}
        </span>
      </div>
      {found.isPending && <Loading height={300} />}
      {found.isError && <Failure error={found.error} />}
      {found.data?.items.length === 0 && <p className="empty">{state === 'pending' ? 'Nothing waits for a vote.' : 'None.'}</p>}
      <div className="stack">
        {found.data?.items.map((approval) => {
          const own = session?.who === approval.requested_by && session.state !== 'open'
          return (
            <Card
              key={approval.id}
              title={
                <>
                  {approval.model ? (
                    <Link className="l" to={`/ui/models/${seg(approval.model)}/${approval.version}`}>
                      {approval.model} v{approval.version}
                    </Link>
                  ) : (
                    'A version'
                  )}{' '}
                  <span className={`chip ${approval.state.toLowerCase() === 'pending' ? 'am' : ''}`}>
                    {approval.state.toLowerCase()}
                  </span>
                </>
              }
              right={<Time at={approval.requested_at} />}
            >
              <div className="g22">
                <Facts
                  of={[
                    ['Asked by', <Person key="p" name={approval.requested_by} />],
                    ['Bound to', <Digest key="d" of={approval.digest} />],
                    ['Votes', `${approval.granted} of ${approval.required}`],
                    ['Until', <Time key="t" at={approval.expires_at} full />],
                  ]}
                />
                <div>
                  {approval.votes.map((vote) => (
                    <div key={vote.voter}>
                      <Icon name={vote.vote === 'grant' ? 'ok' : 'no'} size={14} /> <Person name={vote.voter} />{' '}
                      {vote.vote === 'grant' ? 'granted' : 'rejected'} <Time at={vote.at} />
                      {vote.self_approved && <span className="chip am">own work</span>}
                    </div>
                  ))}
                  {approval.state.toLowerCase() === 'pending' &&
                    (own ? (
                      <p className="note">
                        <Icon name="lock" />
                        <span>You asked for this, so somebody else decides.</span>
                      </p>
                    ) : may('approval.approve') ? (
                      <p>
                        <button type="button" className="btn p" onClick={() => setVoting({ approval, vote: 'grant' })}>
                          Approve
                        </button>{' '}
                        <button type="button" className="btn d" onClick={() => setVoting({ approval, vote: 'reject' })}>
                          Reject
                        </button>
                      </p>
                    ) : (
                      <p className="m">Role AP (approver) votes.</p>
                    ))}
                </div>
              </div>
            </Card>
          )
        })}
      </div>
      {voting && (
        <ReasonDialog
          title={`${voting.vote === 'grant' ? 'Approve' : 'Reject'} ${voting.approval.model} v${voting.approval.version}`}
          action={voting.vote === 'grant' ? 'Approve' : 'Reject'}
          danger={voting.vote === 'reject'}
          codes={['promotion', 'policy', 'fix', 'incident', 'other']}
          onClose={() => setVoting(null)}
          onDone={() => void client.invalidateQueries()}
          submit={(reason) => post(`${native}/approvals/${voting.approval.id}/votes`, { vote: voting.vote, reason })}
        >
          <Facts
            of={[
              ['Version', `${voting.approval.model} v${voting.approval.version}`],
              ['Files', <Digest key="d" of={voting.approval.digest} />],
              ['Asked by', <Person key="p" name={voting.approval.requested_by} />],
            ]}
          />
        </ReasonDialog>
      )}
    </>
  )
}
