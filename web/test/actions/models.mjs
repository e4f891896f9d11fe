// Models: approval, deployment, aliases.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { client } from '../story.mjs'
import { button, closed, giveReason, REASON, says } from './kit.mjs'

const native = '/api/clew/v1'

/** @param of the kit */
export const models = ({ of, open, people, stranger, url }) => {
  test('who asked cannot vote, nor can who is no approver', async () => {
    const own = await open('data-scientist', '/ui/approvals')
    await says(own, 'You asked for this, so somebody else decides.')
    assert.equal(await button(own, 'Approve').count(), 0)
    const other = await open('auditor', '/ui/approvals')
    await says(other, 'Approvers vote (role AP).')
    await own.close()
    await other.close()
  })

  test('asking for approval, granting and rejecting it', async () => {
    const asking = await open('data-scientist', '/ui/models/credit-risk/1')
    await button(asking, 'Ask for approval').click()
    await giveReason(asking, 'Ask')
    await closed(asking)
    const page = await open('approver', '/ui/approvals')
    const cards = (version) => page.locator('.card').filter({ has: page.getByRole('heading', { name: `credit-risk ${version}` }) })
    await cards('v1').first().getByRole('button', { name: 'Reject' }).click()
    await giveReason(page, 'Reject')
    await closed(page)
    await cards('v2').first().getByRole('button', { name: 'Approve' }).click()
    await page.getByRole('dialog').getByText('What changes against v1, which serves').waitFor()
    await page.getByRole('dialog').getByText('0 of 1 needed').waitFor()
    await giveReason(page, 'Approve')
    await closed(page)
    await says(page, 'Nothing waits for a vote.')
    await button(page, 'Granted').click()
    await says(page, REASON)
    await asking.close()
    await page.close()
  })

  test('who made a version cannot approve it', async () => {
    const admin = people['security-administrator']
    const name = `maker-${Date.now().toString(36)}`
    const made = await admin.post(`${native}/users`, { name, role: 'DS' })
    const { token } = await people.operator.post(`${native}/tokens`, { user: name, name: 'tests of the pages' })
    const maker = client(url, token)
    const { run } = await maker.mlflow('runs/create', { experiment_id: of.experiment, run_name: 'own-work', start_time: Date.now() })
    const run_id = run.info.run_id
    await maker.put(`/api/2.0/mlflow-artifacts/artifacts/${of.experiment}/${run_id}/artifacts/model/weights.bin`, 'own work', { 'Content-Type': 'application/octet-stream' })
    const model = `own-${name}`
    await maker.mlflow('registered-models/create', { name: model })
    await maker.mlflow('model-versions/create', { name: model, source: `runs:/${run_id}/model`, run_id })
    await people['data-scientist'].post(`${native}/approvals`, { model, version: 1, reason: { code: 'promotion', text: 'Asked for by somebody else' } })
    await admin.del(`${native}/grants/${made.roles[0].id}`)
    await admin.post(`${native}/grants`, { user: name, role: 'AP' })
    const context = await stranger()
    const page = await context.newPage()
    await page.goto(`${url}/ui/approvals`)
    await page.getByLabel('Token', { exact: true }).fill(token)
    await button(page, 'Sign in').click()
    const card = page.locator('.card').filter({ has: page.getByRole('heading', { name: `${model} v1` }) })
    await card.getByText('You made its run or its files, or registered it, so somebody else decides.').waitFor()
    assert.equal(await card.getByRole('button', { name: 'Approve' }).count(), 0)
    const { items } = await maker.get(`${native}/approvals?state=pending`)
    const asked = items.find((each) => each.model === model)
    await assert.rejects(maker.post(`${native}/approvals/${asked.id}/votes`, { vote: 'grant', reason: { code: 'promotion', text: 'My own work is good' } }), /SEPARATION_OF_DUTIES/)
    await people['data-scientist'].post(`${native}/approvals/${asked.id}/withdraw`, { reason: { code: 'fix', text: 'It was asked for a test' } })
    await context.close()
  })

  test('deploying, refused without approval, and rolling back', async () => {
    const page = await open('deployer', '/ui/models/credit-risk/2')
    for (const endpoint of ['credit-decisions', 'credit-trial']) {
      await button(page, 'Deploy').click()
      await page.getByLabel('Endpoint, made').fill(endpoint)
      if (endpoint === 'credit-trial') await page.getByLabel('Tier of').selectOption('staging')
      await giveReason(page, 'Deploy')
      await closed(page)
    }
    await page.goto(`${url}/ui/deployments`)
    await page.getByRole('row', { name: /v1.*First model for the new credit product/ }).waitFor()
    const saved = page.waitForEvent('download')
    await button(page, 'Log as CSV').click()
    assert.equal((await saved).suggestedFilename(), 'deployments.csv')
    await page.getByRole('row', { name: /credit-decisions.*v2.*live/ }).getByRole('button', { name: 'Roll back' }).click()
    await giveReason(page, 'Roll back')
    await closed(page)
    await page.getByRole('row', { name: /credit-decisions.*v1.*live/ }).waitFor()
    await page.close()
  })

  test('an alias moves with a reason, a protected one not without approval', async () => {
    const page = await open('data-scientist', '/ui/models/credit-risk/2')
    await button(page, 'Set alias').click()
    await page.getByRole('textbox', { name: 'Alias' }).fill('challenger')
    await giveReason(page, 'Move alias')
    await closed(page)
    await says(page, 'challenger')
    await says(page, REASON)
    await page.close()
  })

  test('who moved an alias, and why, stands beside the model', async () => {
    const page = await open('auditor', '/')
    await page.getByRole('link', { name: 'Models' }).first().click()
    await page.getByRole('link', { name: 'credit-risk', exact: true }).click()
    await says(page, 'moved alias champion')
    await says(page, 'It serves the credit product since today')
    await page.close()
  })

  test('a model and a version are described, with a reason', async () => {
    const page = await open('data-scientist', '/ui/models/credit-risk')
    for (const [path, words] of [['', 'Scores applications for credit'], ['/1', 'Trees of depth four']]) {
      await page.goto(`${url}/ui/models/credit-risk${path}`)
      await button(page, 'Describe').click()
      await page.getByRole('dialog').getByLabel('Description').fill(words)
      await giveReason(page, 'Change description')
      await closed(page)
      await says(page, words)
      await says(page, REASON)
    }
    await page.close()
  })

  test('a version shows its evidence; two versions are compared', async () => {
    const page = await open('data-scientist', '/ui/models/credit-risk')
    await says(page, 'Where it serves and served')
    await page.getByRole('checkbox', { name: 'Choose v1' }).check()
    await page.getByRole('checkbox', { name: 'Choose v2' }).check()
    await page.getByRole('link', { name: 'Compare v1 with v2' }).click()
    await says(page, 'The same files, byte for byte')
    await says(page, 'Their runs had the same parameters.')
    await button(page, 'Swap').click()
    await page.getByRole('heading', { name: 'Compare v2 with v1' }).waitFor()
    await page.goto(`${url}/ui/models/credit-risk/1`)
    await says(page, 'What it was trained and measured with')
    await says(page, 'exact attributions from')
    await page.getByText(/takes \d+ columns/).click()
    await says(page, 'duration_in_month')
    await page.close()
    const approver = await open('approver', '/ui/approvals?state=all')
    await approver.getByRole('link', { name: /against v1, which serves/ }).first().click()
    await says(approver, 'Compare v1 with v2')
    await approver.close()
  })
}
