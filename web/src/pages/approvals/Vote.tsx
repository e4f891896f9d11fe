import { native, post } from '../../api/client.ts'
import type { Approval } from '../../api/types.ts'
import { Facts } from '../../parts/layout.tsx'
import { Digest, Person, Time } from '../../parts/marks.tsx'
import { ReasonDialog } from '../../parts/ReasonDialog.tsx'
import { data, Lines, metrics, params } from '../version/differences.tsx'
import { useEvidence } from '../version/useEvidence.ts'

export interface Voting {
  approval: Approval
  vote: 'grant' | 'reject'
  /** The version of the same model that serves now; null where none does. */
  serves: number | null
}

/** What changes, the votes so far, and one's own with its reason. */
export function Vote({
  of: { approval, vote, serves },
  onClose,
  onDone,
}: {
  of: Voting
  onClose: () => void
  onDone: () => void
}) {
  const verb = vote === 'grant' ? 'Approve' : 'Reject'
  return (
    <ReasonDialog
      title={`${verb} ${approval.model} v${approval.version}`}
      action={verb}
      danger={vote === 'reject'}
      codes={['promotion', 'policy', 'fix', 'incident', 'other']}
      onClose={onClose}
      onDone={onDone}
      submit={(reason) => post(`${native}/approvals/${approval.id}/votes`, { vote, reason })}
    >
      <Facts
        of={[
          ['Version', `${approval.model} v${approval.version}`],
          ['Files', <Digest key="d" of={approval.digest} />],
          [
            'Asked by',
            <span key="p">
              <Person id={approval.requested_by} name={approval.requested_by_name} /> <Time at={approval.requested_at} />
            </span>,
          ],
          [
            'Votes',
            <span key="v">
              {approval.granted} of {approval.required} needed
              {approval.votes.map((each) => (
                <span key={each.voter} className="m">
                  {' · '}
                  {each.voter_name} {each.vote === 'grant' ? 'granted' : 'rejected'}
                </span>
              ))}
            </span>,
          ],
        ]}
      />
      {approval.model && serves !== null && <Changes name={approval.model} from={String(serves)} to={String(approval.version)} />}
      <p className="s m">The vote is bound to these files; it is void if they change.</p>
    </ReasonDialog>
  )
}

/** What is other than in the version that serves. */
function Changes({ name, from, to }: { name: string; from: string; to: string }) {
  const before = useEvidence(name, from)
  const after = useEvidence(name, to)
  const changed = [...metrics(before, after), ...params(before, after), ...data(before, after)].filter((line) => !line.isSame)
  return (
    <Lines
      title={`What changes against v${from}, which serves`}
      of={changed}
      from={from}
      to={to}
      none="Metrics, parameters and data of their runs are the same, as far as you may see them."
    />
  )
}
