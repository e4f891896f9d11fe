// The server under test with the demo's story in it, and who takes part.
import { readFileSync } from 'node:fs'
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
const READ = { 'X-Clew-Purpose': 'audit', 'X-Clew-Reason': 'request; tests of the pages' }

/**
 * Makes tokens, tells the story on once, and finds the ids that pages are opened with.
 *
 * @param url of the server that plays the demo
 * @param data its data directory, for the token of the machine's operator
 */
export const stage = async (url, data) => {
  const operator = client(url, readFileSync(join(data, 'keys/admin.token'), 'utf8').trim())
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
  const erasures = await people['privacy-officer'].get('/api/clew/v1/erasures')
  const entries = await people.auditor.get('/api/clew/v1/ledger/entries?action=deploy.request&limit=1')
  return {
    url,
    tokens,
    people,
    of: {
      experiment: experiment.experiment_id,
      run: trees.info.run_id,
      runs: runs.filter((run) => run !== trees).map((run) => run.info.run_id),
      decision: narrow.id,
      erased: await erasedOf(people, erasures),
      dataset: versions.items[0].id,
      entry: entries.items[0].seq,
    },
  }
}

/** The demo erases one person; her decision still answers, as erased. */
const erasedOf = async (people, erasures) => {
  const worker = people['case-worker']
  for (let n = 924; n > 0; n--) {
    const found = await worker.get(`/api/clew/v1/decisions/application-${n}`, READ).catch(() => null)
    if (found?.erased) return found.id
    if (n < 920) break
  }
  throw new Error(`no erased decision among ${JSON.stringify(erasures).slice(0, 200)}`)
}
