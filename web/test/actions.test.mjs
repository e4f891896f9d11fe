// Every action of the pages, and every refusal, by the hands of those who may and those who may not.
import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { addresses } from './actions/addresses.mjs'
import { charts } from './actions/charts.mjs'
import { connection } from './actions/connection.mjs'
import { decisions } from './actions/decisions.mjs'
import { empty } from './actions/empty.mjs'
import { evidence } from './actions/evidence.mjs'
import { files } from './actions/files.mjs'
import { kit } from './actions/kit.mjs'
import { long } from './actions/long.mjs'
import { models } from './actions/models.mjs'
import { refusals } from './actions/refusals.mjs'
import { runs } from './actions/runs.mjs'
import { signing } from './actions/signing.mjs'
import { actions } from './actions.mjs'
import { MUST, written } from './must.mjs'
import { pages } from './pages.mjs'

const LIST = fileURLToPath(new URL('../../docs/reference/pages.md', import.meta.url))

const hands = await kit()

/** Calls that send what they look for, and change nothing. */
const isRead = (call) => /\/search$/.test(call)

/** Whoever is signed in may sign out. */
const isEverybodys = (call) => call === 'DELETE /api/clew/v1/session'

describe('actions', () => {
  for (const area of [decisions, models, runs, files, long, charts, evidence, signing, refusals, empty, connection, addresses]) area(hands)

  test('no action without a test', () => {
    const untested = [...actions()].filter(([key]) => !hands.seen.has(key)).map(([key, files]) => `${key} (${files.join(', ')})`)
    assert.deepEqual(untested, [])
  })

  test('no action that is refused to nobody', () => {
    const open = [...actions()].filter(([key]) => !isEverybodys(key) && !hands.refused.has(key)).map(([key, files]) => `${key} (${files.join(', ')})`)
    assert.deepEqual(open, [])
  })

  test('what every page must do has a test, and the list says which', () => {
    const known = new Set([...hands.ran, ...pages(hands.of).map(({ name }) => `page ${name}`)])
    assert.deepEqual(
      MUST.flatMap(([, , tests]) => tests.filter((each) => !known.has(each))),
      [],
      'named in must.mjs, but no such test ran',
    )
    const named = new Set(MUST.flatMap(([, , tests]) => tests))
    assert.deepEqual([...hands.ran].filter((each) => !named.has(each)), [], 'ran, but stands nowhere in must.mjs')
    const calls = [...actions()].sort(([a], [b]) => a.localeCompare(b)).map(([call, files]) => [
      call,
      [...new Set(files)],
      isRead(call) ? ['reads only'] : [...hands.seen.get(call)].sort(),
      isEverybodys(call) ? ['to nobody who is signed in'] : [...hands.refused.get(call)].sort(),
    ])
    const text = written(calls)
    if (process.env.CLEW_WRITE) writeFileSync(LIST, text)
    assert.equal(readFileSync(LIST, 'utf8'), text, 'docs/reference/pages.md is not what the tests say; run them with CLEW_WRITE=yes')
  })
})
