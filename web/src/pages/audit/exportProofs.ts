// Entries as a file that proves itself: each with the bytes that were hashed and its way to one signed checkpoint.
import { get, native, text } from '../../api/client.ts'
import type { Entry, EntryDetail } from '../../api/types.ts'
import { download } from '../../parts/download.ts'

/** Asked for at once. */
const AT_ONCE = 6

/** Most entries of one file; `clew export` writes whole logs. */
export const MOST_EXPORTED = 500

/** One JSON line an entry, with its leaf and a proof that `clew verify` reads; the policy that pins the keys stands first. */
export const exportProofs = async (rows: Entry[], onStep: (done: number) => void) => {
  const chosen = rows.slice(0, MOST_EXPORTED)
  const policy = await text('/ledger/policy')
  const lines: string[] = new Array(chosen.length)
  let next = 0
  let done = 0
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      for (let i = next++; i < chosen.length; i = next++) {
        const seq = chosen[i]?.seq
        const [entry, proof] = await Promise.all([
          get<EntryDetail>(`${native}/ledger/entries/${seq}`),
          text(`${native}/ledger/proof?index=${seq}`),
        ])
        lines[i] = JSON.stringify({ ...entry, proof })
        onStep(++done)
      }
    }),
  )
  const body = [JSON.stringify({ policy }), ...lines].join('\n')
  download(new Blob([`${body}\n`], { type: 'application/x-ndjson' }), 'entries-with-proofs.ndjson')
}
