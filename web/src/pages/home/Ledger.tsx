import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { get, native, type Page } from '../../api/client.ts'
import type { Entry } from '../../api/types.ts'
import { useHead } from '../../app/useHead.ts'
import { actWords } from '../../parts/acts.ts'
import { count } from '../../parts/format.ts'
import { ProofGlyph } from '../../parts/Icon.tsx'
import { Card } from '../../parts/layout.tsx'
import { Badge, Thing, Time } from '../../parts/marks.tsx'
import { WhyLine } from '../../parts/WhyLine.tsx'
import { lastVerified } from '../../verify/visit.ts'

/** How the ledger stands: its size, the last signature, and what this browser checked of it. */
export function Ledger() {
  const head = useHead()
  const checked = lastVerified()
  if (!head.data) return null
  return (
    <Card title="Ledger" right={<Badge state="signed" />}>
      <div className="big">{count(head.data.size)}</div>
      <p className="t2">entries under the last signature</p>
      <ul className="pf">
        <li>
          <ProofGlyph state="signed" />
          <div>
            <b>
              Checkpoint signed <Time at={head.data.signedAt} />
            </b>
            <div className="s m">two signatures: Ed25519 and ML-DSA-44</div>
          </div>
        </li>
        <li className={checked ? '' : 'off'}>
          <ProofGlyph state={checked ? 'verified' : 'recorded'} />
          <div>
            <b>
              {checked ? (
                <>
                  Checked in this browser <Time at={checked.at} />
                </>
              ) : (
                'Not checked in this browser yet'
              )}
            </b>
            <div className="s m">
              {checked ? `${checked.what}: ${checked.steps} steps passed` : 'a proof is checked here, not by the server'}
            </div>
          </div>
        </li>
        <li className="off">
          <ProofGlyph state="recorded" />
          <div>
            <b>{head.data.origin}</b>
            <div className="s m">the log’s name in every proof</div>
          </div>
        </li>
      </ul>
      <p className="row">
        <Link className="btn" to="/ui/verify">
          Verify a proof
        </Link>
      </p>
    </Card>
  )
}

export function LatestChanges() {
  const changes = useQuery({
    queryKey: ['entries', 'newest'],
    queryFn: () => get<Page<Entry>>(`${native}/ledger/entries?limit=6`),
    refetchInterval: 15_000,
  })
  if (!changes.data?.items.length) return null
  return (
    <Card
      title="Latest changes"
      right={
        <Link className="l" to="/ui/audit">
          Audit
        </Link>
      }
    >
      {changes.data.items.map((each) => (
        <WhyLine
          key={each.seq}
          id={each.who}
          who={each.name}
          did={
            <>
              {actWords(each.act)} <Thing of={each} />
            </>
          }
          at={each.time}
          seq={each.seq}
        />
      ))}
    </Card>
  )
}
