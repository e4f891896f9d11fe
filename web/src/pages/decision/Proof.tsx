import { Link } from '@tanstack/react-router'
import { native } from '../../api/client.ts'
import type { Decision } from '../../api/types.ts'
import { Icon, ProofGlyph, type ProofState } from '../../parts/Icon.tsx'
import { Card, Facts } from '../../parts/layout.tsx'
import { Digest, EntryLink, Time } from '../../parts/marks.tsx'
import { checkedOf } from '../../verify/visit.ts'

/** What is proven of the record so far, and the way to check it oneself. */
export function Proof({ decision, state }: { decision: Decision; state: ProofState }) {
  const checked = checkedOf(decision.id)
  return (
    <Card title="Proof" right={<ProofGlyph state={state} />}>
      <ul className="pf">
        <li>
          <ProofGlyph state="recorded" />
          <div>
            <b>Recorded</b>
            <div className="s m">
              <Time at={decision.received_at} full />
              {decision.seq !== undefined && (
                <>
                  {' '}
                  · record {decision.i} of entry <EntryLink seq={decision.seq} />
                </>
              )}
            </div>
          </div>
        </li>
        <li>
          <ProofGlyph state={decision.seq === undefined ? 'recorded' : 'signed'} />
          <div>
            <b>{decision.seq === undefined ? 'Waits for its batch' : 'Signed'}</b>
            <div className="s m">Ed25519 and ML-DSA-44</div>
          </div>
        </li>
        {checked ? (
          <li>
            <ProofGlyph state={checked.valid ? 'verified' : 'failed'} />
            <div>
              <b>
                {checked.valid ? 'Verified in this browser' : 'The check failed in this browser'} <Time at={checked.at} />
              </b>
              <div className="s m">{checked.steps} steps passed</div>
            </div>
          </li>
        ) : (
          <li className="off">
            <ProofGlyph state="erased" />
            <div>
              <b>Not yet checked by you</b>
              <div className="s m">takes about a second, in this browser</div>
            </div>
          </li>
        )}
      </ul>
      <p className="row">
        <Link className="btn" to={`/ui/verify/${decision.id}`}>
          Verify in this browser
        </Link>
        <a
          className="btn"
          href={`${native}/decisions/${decision.id}/proof`}
          download={`${decision.id}.tlog-proof`}
          aria-label="Download the proof"
          title="Download the proof"
        >
          <Icon name="download" />
        </a>
      </p>
      <Facts
        of={[
          ['Record', <Digest key="r" of={decision.digest} />],
          ['Decision id', <Digest key="i" of={decision.id} what="id" />],
        ]}
      />
    </Card>
  )
}
