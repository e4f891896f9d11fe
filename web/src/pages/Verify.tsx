import { useQuery } from '@tanstack/react-query'
import { Link, useParams, useSearch } from '@tanstack/react-router'
import { type ReactNode, useState } from 'react'
import { native, text as read, seg } from '../api/client.ts'
import { Icon, ProofGlyph } from '../parts/Icon.tsx'
import { Card, Head } from '../parts/layout.tsx'
import { Copy } from '../parts/marks.tsx'
import { Failure, Loading } from '../parts/states.tsx'
import { type Report, type Step, verify } from '../verify/bundle.ts'
import { parsePolicy } from '../verify/note.ts'
import { rememberChecked } from '../verify/visit.ts'

/** A proof of a decision of this server, or any bundle as a file, checked by this browser alone. */
export function Verify() {
  const { id } = useParams({ strict: false }) as { id?: string }
  const asked = (useSearch({ strict: false }) as { entry?: string }).entry
  const entry = id === undefined && asked !== undefined && /^\d{1,15}$/.test(asked) ? asked : undefined
  const of = id === undefined ? (entry === undefined ? undefined : ofEntry(entry)) : ofDecision(id)
  const [file, setFile] = useState<{ name: string; text: string } | null>(null)
  const [policyFile, setPolicyFile] = useState<string | null>(null)
  const proof = useQuery({
    queryKey: ['proof', of?.path],
    queryFn: () => fetched(of?.path ?? ''),
    enabled: of !== undefined,
    retry: false,
  })
  const policy = useQuery({ queryKey: ['policy'], queryFn: () => read('/ledger/policy'), retry: false })
  const bundle = file?.text ?? proof.data
  const trust = policyFile ?? policy.data
  const command = `./clew verify ${of?.file ?? 'FILE.tlog-proof'} --policy policy${of ? ` --expect ${of.expect}` : ''}`
  return (
    <div className="p-verify">
      <Head
        crumbs={of?.crumbs ?? [AUDIT]}
        title={of ? `Verify ${of.what}` : 'Verify'}
        sub="The bytes of the proof are checked here, in your browser. The server is not asked whether they are right."
      />
      {proof.isError && <Failure error={proof.error} retry={() => void proof.refetch()} />}
      {policy.isError && !policyFile && <Failure error={policy.error} />}
      <div className="g2">
        <div className="stack">
          {of && proof.isPending && <Loading height={300} />}
          {bundle !== undefined && trust !== undefined && (
            <Checked key={bundle + trust} bundle={bundle} policy={trust} of={file ? undefined : of} />
          )}
          <Card title="From a file">
            <label className="lbl">
              Proof bundle
              <input
                type="file"
                accept=".tlog-proof,text/plain"
                onChange={(e) =>
                  void e.target.files?.[0]?.text().then((text) => setFile({ name: e.target.files?.[0]?.name ?? '', text }))
                }
              />
            </label>
            <label className="lbl">
              Trust policy, if not this server’s
              <input type="file" onChange={(e) => void e.target.files?.[0]?.text().then(setPolicyFile)} />
            </label>
            <p className="s m">
              {policyFile
                ? 'Your own policy pins the keys.'
                : 'The keys are those this server shows. A policy you got by another way is stronger.'}
            </p>
          </Card>
        </div>
        <aside className="stack">
          <Card title="Offline, without this server">
            <pre className="cmd">
              {command}
              <Copy text={command} label="command" />
            </pre>
            {of && (
              <p>
                <a className="btn" href={of.path} download={of.file}>
                  <Icon name="download" /> Bundle
                </a>{' '}
                <a className="btn" href="/ledger/policy" download="policy">
                  <Icon name="download" /> Policy
                </a>
              </p>
            )}
          </Card>
          <Card title="What it shows, and what not">
            <ul className="plain">
              <li>The record was in the log when the checkpoint was signed, and nothing of it changed since.</li>
              <li>It does not show that the decision was right, nor that what a client sent was true.</li>
              <li>That the log shows everybody the same takes witnesses, or a checkpoint you kept.</li>
            </ul>
          </Card>
        </aside>
      </div>
    </div>
  )
}

const AUDIT = (
  <Link key="a" to="/ui/audit">
    Audit
  </Link>
)

/** What a proof is fetched for. */
interface Proven {
  /** In words. */
  what: string
  /** Of the record, as its pages know it; null for an entry. */
  id: string | null
  path: string
  file: string
  /** What the proof must be about. */
  expect: string
  crumbs: ReactNode[]
}

const ofDecision = (id: string): Proven => ({
  what: `decision ${id.slice(0, 8)}…`,
  id,
  path: `${native}/decisions/${seg(id)}/proof`,
  file: `${id}.tlog-proof`,
  expect: id,
  crumbs: [
    <Link key="d" to="/ui/decisions">
      Decisions
    </Link>,
    <Link key="i" to={`/ui/decisions/${seg(id)}`}>
      {id.slice(0, 8)}…
    </Link>,
  ],
})

const ofEntry = (seq: string): Proven => ({
  what: `entry ${seq}`,
  id: null,
  path: `${native}/ledger/proof?index=${seq}`,
  file: `entry-${seq}.tlog-proof`,
  expect: seq,
  crumbs: [AUDIT],
})

/** A fresh record waits for its signature for at most a moment; the server says so with 202. */
async function fetched(path: string): Promise<string> {
  for (let attempt = 0; attempt < 5; attempt++) {
    const answer = await read(path)
    if (answer.startsWith('c2sp.org/')) return answer
    await new Promise((done) => setTimeout(done, 500))
  }
  throw new Error('It is being signed; ask again shortly.')
}

function Checked({ bundle, policy, of }: { bundle: string; policy: string; of: Proven | undefined }) {
  const [changed, setChanged] = useState<string | null>(null)
  const shown = changed ?? bundle
  // A client's own id stands in no proof.
  const expect = of && (of.id === null || /^[0-9a-f-]{32,36}$/i.test(of.id)) ? of.expect : undefined
  const [passed, setPassed] = useState<Step[]>([])
  const report = useQuery({
    queryKey: ['verified', shown, policy, expect],
    queryFn: async (): Promise<Report> => {
      setPassed([])
      const found = await verify(shown, await parsePolicy(policy), expect, (step) => setPassed((before) => [...before, step]))
      const what = of ? of.what.charAt(0).toUpperCase() + of.what.slice(1) : 'A proof from a file'
      if (changed === null) rememberChecked(of?.id ?? null, { what, steps: found.steps.length, valid: found.valid })
      return found
    },
    staleTime: Number.POSITIVE_INFINITY,
  })
  if (report.isError) return <Failure error={report.error} />
  const { valid, steps, failure } = report.data ?? { valid: null, steps: passed, failure: null }
  return (
    <>
      {valid === null ? (
        <div className="res" role="status">
          <ProofGlyph state="recorded" size={28} />
          <div>
            <div className="h">Checking…</div>
            <p>{steps.length} checks passed so far.</p>
          </div>
        </div>
      ) : (
        <div className={`res ${valid ? 'gr' : 'rd'}`} role="status">
          <ProofGlyph state={valid ? 'verified' : 'failed'} size={28} />
          <div>
            <div className="h">{valid ? 'Verified in this browser' : 'Not valid'}</div>
            <p>{valid ? `All ${steps.length} checks passed.` : `${failure?.code}: ${failure?.message}.`}</p>
          </div>
        </div>
      )}
      <Card
        title="Step by step"
        right={
          changed === null ? (
            <button type="button" className="btn sm" onClick={() => setChanged(flipped(bundle))}>
              Try it: change one byte
            </button>
          ) : (
            <button type="button" className="btn sm" onClick={() => setChanged(null)}>
              Put it back
            </button>
          )
        }
      >
        <ol className="steps">
          {steps.map((step) => (
            <li key={step.title}>
              <ProofGlyph state="verified" size={18} />
              <div>
                <b>{step.title}</b> <span className="m">{step.detail}</span>
                {step.bytes && <pre>{step.bytes}</pre>}
              </div>
            </li>
          ))}
          {failure && (
            <li>
              <ProofGlyph state="failed" size={18} />
              <div>
                <b>
                  {failure.code}: {failure.message}
                </b>
                {changed !== null && (
                  <div className="m">One character of the proof was changed: {difference(bundle, changed)}.</div>
                )}
              </div>
            </li>
          )}
        </ol>
      </Card>
      <details>
        <summary>The bundle as it is</summary>
        <pre className="cmd">{shown}</pre>
      </details>
    </>
  )
}

/** Changes one character somewhere in the record. */
const flipped = (bundle: string) => {
  const extra = bundle.indexOf('extra ')
  const end = bundle.indexOf('\n', extra)
  const at = extra < 0 ? Math.floor(bundle.length / 2) : extra + 6 + Math.floor((end - extra - 6) * Math.random() * 0.9)
  const was = bundle[at]
  return bundle.slice(0, at) + (was === 'A' ? 'B' : 'A') + bundle.slice(at + 1)
}

const difference = (a: string, b: string) => {
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return `“${a[i]}” became “${b[i]}” at place ${i}`
  return 'nothing'
}
