// Every action of the pages, and every refusal, by the hands of those who may and those who may not.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { charts } from './actions/charts.mjs'
import { decisions } from './actions/decisions.mjs'
import { evidence } from './actions/evidence.mjs'
import { kit } from './actions/kit.mjs'
import { models } from './actions/models.mjs'
import { runs } from './actions/runs.mjs'
import { signing } from './actions/signing.mjs'
import { actions } from './actions.mjs'

const hands = await kit()

describe('actions', () => {
  for (const area of [decisions, models, runs, charts, evidence, signing]) area(hands)

  test('no action without a test', () => {
    const untested = [...actions()].filter(([key]) => !hands.seen.has(key)).map(([key, files]) => `${key} (${files.join(', ')})`)
    assert.deepEqual(untested, [])
    console.log([...hands.seen].map(([key, tests]) => `${key} ← ${[...tests].join('; ')}`).sort().join('\n'))
  })
})
