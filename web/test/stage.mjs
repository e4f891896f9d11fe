// The server under test with the demo's story in it, and who takes part.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { askAgain, client, logRuns } from './story.mjs'

const PEOPLE = [
  'data-scientist',
  'approver',
  'deployer',
  'case-worker',
  'auditor',
  'security-administrator',
  'privacy-officer',
  'credit-scorer',
]
/** An application of the example whose person is erased here. */
const ERASED = 2
const READ = { 'X-Clew-Purpose': 'audit', 'X-Clew-Reason': 'request; tests of the pages' }

/**
 * Makes tokens, tells the story on once, and finds the ids that pages are opened with.
 *
 * @param url of the server that plays the demo
 * @param data its data directory, for the token of the machine's operator
 */
export const stage = async (url, data) => {
  const kept = join(data, 'stage.json')
  if (existsSync(kept)) return withClients(JSON.parse(readFileSync(kept, 'utf8')))
  const token = readFileSync(join(data, 'keys/admin.token'), 'utf8').trim()
  const operator = client(url, token)
  const tokens = {}
  for (const user of PEOPLE) {
    const expires = new Date(Date.now() + 86_400_000).toISOString()
    tokens[user] = (await operator.post('/api/clew/v1/tokens', { user, name: 'tests of the pages', expires })).token
  }
  const people = Object.fromEntries(PEOPLE.map((user) => [user, client(url, tokens[user])]))
  const scientist = people['data-scientist']
  const { experiment } = await scientist.get('/api/2.0/mlflow/experiments/get-by-name?experiment_name=credit-scoring')
  const search = () => scientist.mlflow('runs/search', { experiment_ids: [experiment.experiment_id], max_results: 100 })
  let { runs } = await search()
  if (runs.length < 3) {
    await logRuns(scientist, experiment.experiment_id)
    await askAgain(scientist, 'credit-risk', 'The second product line uses the same trees')
    runs = (await search()).runs
  }
  const trees = runs.find((run) => run.info.run_name === 'xgboost-german-credit')
  const decisions = (await people.auditor.get('/api/clew/v1/decisions?limit=1000&outcome=denied', READ)).items
  const narrow = decisions.filter((each) => each.score >= 0.5).sort((a, b) => a.score - b.score)[1] ?? decisions[0]
  const versions = await people.auditor.get('/api/clew/v1/datasets/german-credit/versions')
  const entries = await people.auditor.get('/api/clew/v1/ledger/entries?action=deploy.request&limit=1')
  const made = {
    url,
    tokens,
    of: {
      experiment: experiment.experiment_id,
      run: trees.info.run_id,
      runs: runs.filter((run) => run !== trees).map((run) => run.info.run_id),
      decision: narrow.id,
      erased: await erased(people, ERASED),
      dataset: versions.items[0].id,
      entry: entries.items[0].seq,
    },
  }
  tokens.operator = token
  writeFileSync(kept, JSON.stringify(made))
  return withClients(made)
}

/** Tests of several files run on one stage, which is set once. */
const withClients = (made) => ({
  ...made,
  people: Object.fromEntries(Object.entries(made.tokens).map(([user, token]) => [user, client(made.url, token)])),
})

/** Erases the person behind a decision, each half of it by another hand; answers the decision's id. */
const erased = async ({ 'case-worker': worker, 'privacy-officer': officer }, application) => {
  const said = { 'X-Clew-Purpose': 'subject-request', 'X-Clew-Reason': 'request; The applicant asks for erasure' }
  const { id } = await worker.get(`/api/clew/v1/decisions/application-${application}`, said)
  const { handle } = await worker.post(
    '/api/clew/v1/subjects/lookup',
    { namespace: 'customer', id: `customer-${application}` },
    said,
  )
  const { erasure } = await worker.post(`/api/clew/v1/subjects/${handle}/erase`, {}, said)
  await officer.post(`/api/clew/v1/erasures/${erasure}/execute`, {}, said)
  return id
}
