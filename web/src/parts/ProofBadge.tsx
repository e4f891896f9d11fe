import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { native } from '../api/client.ts'
import { useMay } from '../app/session.ts'
import { count } from './format.ts'
import { Icon, PROOF_WORDS, ProofGlyph, type ProofState } from './Icon.tsx'
import { Facts } from './layout.tsx'
import { Badge } from './marks.tsx'
import { Pop } from './Pop.tsx'

/** What is proven of a thing, on a press: the entry that stands for it, its signature, and the ways to check both. */
export function ProofBadge({
  seq,
  state = 'signed',
  children,
}: {
  seq: number | undefined
  state?: ProofState
  children?: ReactNode
}) {
  const may = useMay()
  if (seq === undefined || !may('audit.proof.export')) return <Badge state={state}>{children}</Badge>
  return (
    <Pop
      className={`pb ${state}`}
      side="begin"
      head={
        <>
          <ProofGlyph state={state} />
          {children ?? PROOF_WORDS[state]}
        </>
      }
    >
      <Facts
        of={[
          ['Recorded', `as entry ${count(seq)} of the log`],
          ['Signed', 'Ed25519 and ML-DSA-44, at most a moment later'],
          ['Checked', state === 'verified' ? 'by this browser, this visit' : 'not by this browser yet'],
        ]}
      />
      <p className="row">
        <Link className="btn p" to="/ui/verify" search={{ entry: String(seq) }}>
          Verify in this browser
        </Link>
        <a className="btn" href={`${native}/ledger/proof?index=${seq}`} download={`entry-${seq}.tlog-proof`}>
          <Icon name="download" /> Bundle
        </a>
      </p>
    </Pop>
  )
}
