// The browser's verifier on 200 good bundles and 1 000 spoiled ones. Verdicts are written down for the other verifier to agree with.
import assert from 'node:assert/strict'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { createServer } from 'vite'
import { stage } from './stage.mjs'

const GOOD = 200
const SPOILED = 1_000
const scene = await stage(process.env.CLEW_URL, process.env.CLEW_DATA)
/** Where bundles and verdicts are left for `clew verify`; nowhere when not asked. */
const kept = process.env.CLEW_VERDICTS

let vite
let verify
let policy
let policyText
before(async () => {
  vite = await createServer({ root: new URL('..', import.meta.url).pathname, server: { middlewareMode: true }, appType: 'custom', logLevel: 'error' })
  ;({ verify } = await vite.ssrLoadModule('/src/verify/bundle.ts'))
  const { parsePolicy } = await vite.ssrLoadModule('/src/verify/note.ts')
  policyText = await (await fetch(`${scene.url}/ledger/policy`)).text()
  policy = await parsePolicy(policyText)
  if (kept) {
    mkdirSync(kept, { recursive: true })
    writeFileSync(join(kept, 'policy'), policyText)
  }
})
after(async () => {
  await vite?.close()
})

/** Numbers that are the same each time. */
const drawn = (seed) => {
  let state = seed
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state % below
  }
}

/** Changes a bundle: a bit of the record, a character anywhere, a line gone, doubled or taken from another. */
const spoil = (text, other, draw) => {
  const lines = text.split('\n')
  const at = draw(lines.length - 1)
  switch (draw(6)) {
    case 0: {
      const extra = lines.findIndex((line) => line.startsWith('extra '))
      const bytes = Buffer.from(lines[extra].slice(6), 'base64')
      bytes[draw(bytes.length)] ^= 1 << draw(8)
      lines[extra] = `extra ${bytes.toString('base64')}`
      break
    }
    case 1: {
      const place = draw(text.length)
      return text.slice(0, place) + String.fromCharCode(33 + draw(90)) + text.slice(place + 1)
    }
    case 2:
      lines.splice(at, 1)
      break
    case 3:
      lines.splice(at, 0, lines[at])
      break
    case 4:
      lines[at] = other.split('\n')[at] ?? ''
      break
    default: {
      const index = lines.findIndex((line) => line.startsWith('index '))
      lines[index] = `index ${draw(1000)}`
    }
  }
  return lines.join('\n')
}

describe('verification', () => {
  test(`${GOOD} good bundles hold and ${SPOILED} spoiled ones do not`, async () => {
    const read = { 'X-Clew-Purpose': 'audit', 'X-Clew-Reason': 'request; proofs for the tests' }
    const { items } = await scene.people.auditor.get(`/api/clew/v1/decisions?limit=${GOOD}`, read)
    assert.equal(items.length, GOOD)
    const good = []
    for (const { id } of items) good.push(await scene.people.auditor.get(`/api/clew/v1/decisions/${id}/proof`, read))
    const verdicts = {}
    const judge = async (name, text) => {
      const report = await verify(text, policy)
      verdicts[name] = report.valid ? '-' : report.failure.code
      if (kept) writeFileSync(join(kept, `${name}.tlog-proof`), text)
      return report.valid
    }
    for (const [i, text] of good.entries()) assert.ok(await judge(`good-${i}`, text), `bundle ${i} holds`)
    const draw = drawn(20_261_124)
    let held = 0
    for (let i = 0; i < SPOILED; i++) {
      const text = good[draw(GOOD)]
      const changed = spoil(text, good[draw(GOOD)], draw)
      if (await judge(`spoiled-${i}`, changed)) held += changed === text ? 0 : 1
    }
    if (kept) writeFileSync(join(kept, 'verdicts.json'), JSON.stringify(verdicts))
    assert.ok(held < SPOILED * 0.05, `${held} changes leave a bundle that still proves the same or another good one`)
  })
})
