// What people may not do: not offered, and refused when it is asked for all the same; and what is offered, and refused for what it is.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { asked, button, closed, giveReason, says } from './kit.mjs'

const native = '/api/clew/v1'
const mlflow = '/ajax-api/2.0/mlflow'
const REASON = { code: 'other', text: 'Asked by somebody who may not' }
const WHY = { 'X-Clew-Reason': 'request; The tests of the pages', 'X-Clew-Purpose': 'subject-request' }

/** @param of the kit */
export const refusals = ({ of, open, people, url }) => {
  /** None of the buttons is there, and each call is refused. */
  const refused = async (page, buttons, calls) => {
    for (const name of buttons) assert.equal(await button(page, name).count(), 0, `${name} is not offered`)
    for (const [method, path, body, headers] of calls) {
      const { status, text } = await asked(page, method, path, body, headers)
      // What somebody may not even see is not told to be there.
      const isHidden = status === 404 && text.includes('does not exist, or you may not see it')
      assert.ok(status === 403 || isHidden, `${method} ${path}: ${status} ${text}`)
    }
  }
  const auditor = (path, options) => open('auditor', path, options)

  test('who only reads changes no model, and deploys none', async () => {
    const page = await auditor('/ui/models/credit-risk/1')
    await says(page, 'Where it serves')
    const name = 'credit-risk'
    const version = '1'
    await refused(page, ['Describe', 'Set alias', 'Deploy', 'Ask for approval'], [
      ['PATCH', `${mlflow}/model-versions/update`, { name, version, description: 'not by me' }],
      ['PATCH', `${mlflow}/registered-models/update`, { name, description: 'not by me' }],
      ['POST', `${mlflow}/registered-models/alias`, { name, version, alias: 'not-by-me' }],
      ['POST', `${native}/approvals`, { model: name, version, reason: REASON }],
      ['POST', `${native}/deployments`, { endpoint: 'not-by-me', model: name, version, reason: REASON }],
    ])
    await page.goto(`${url}/ui/models/credit-risk`)
    await says(page, 'Where it serves and served')
    await refused(page, ['Describe'], [])
    assert.equal(await page.getByText('not-by-me').count(), 0)
    await page.close()
  })

  test('who only reads registers nothing, tags and deletes no run', async () => {
    const page = await auditor(`/ui/runs/${of.run}`)
    await says(page, 'Logged models')
    await refused(page, ['Register…'], [
      ['POST', `${mlflow}/registered-models/create`, { name: 'not-by-me' }],
      ['POST', `${mlflow}/model-versions/create`, { name: 'credit-risk', source: `runs:/${of.run}/model`, run_id: of.run }],
    ])
    await page.goto(`${url}/ui/experiments/${of.experiment}`)
    await page.getByRole('checkbox', { name: 'Choose xgboost-german-credit' }).check()
    await says(page, '1 selected')
    await refused(page, ['Tag…', 'Delete…'], [
      ['POST', `${mlflow}/runs/set-tag`, { run_id: of.run, key: 'not', value: 'by me' }],
      ['POST', `${mlflow}/runs/delete`, { run_id: of.run }],
    ])
    await page.close()
  })

  test('nobody deletes the runs of others', async () => {
    const name = `other-scientist-${Date.now().toString(36)}`
    await people['security-administrator'].post(`${native}/users`, { name, role: 'DE' })
    const { token } = await people.operator.post(`${native}/tokens`, { user: name, name: 'tests of the pages' })
    const made = await fetch(`${url}/api/2.0/mlflow/runs/create`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
      body: JSON.stringify({ experiment_id: of.experiment, run_name: 'of-somebody-else', start_time: Date.now() }),
    })
    assert.equal(made.status, 200, await made.text())
    const page = await open('data-scientist', `/ui/experiments/${of.experiment}?folded=yes`)
    const own = `own-${name}`
    // Newest first: one's own is deleted before the other is refused.
    await people['data-scientist'].mlflow('runs/create', { experiment_id: of.experiment, run_name: own, start_time: Date.now() + 1 })
    await page.reload()
    await page.getByRole('checkbox', { name: `Choose ${own}` }).check()
    await page.getByRole('checkbox', { name: 'Choose of-somebody-else' }).check()
    await button(page, 'Delete…').click()
    await giveReason(page, 'Delete')
    await page.getByRole('dialog').getByRole('alert').getByText(/^.*1 of 2 were deleted, then: .*(your own things only|not yours)/).waitFor()
    await page.getByRole('dialog').getByRole('heading', { name: 'Delete 1 run' }).waitFor()
    await button(page, 'Cancel').click()
    await page.getByRole('link', { name: 'of-somebody-else' }).waitFor()
    await page.close()
  })

  test('who votes and who rolls back is not everybody', async () => {
    const page = await auditor('/ui/approvals?state=all')
    const { items: approvals } = await people.auditor.get(`${native}/approvals?limit=1`)
    const { items: live } = await people.auditor.get(`${native}/deployments?state=live`)
    await refused(page, ['Approve', 'Reject'], [['POST', `${native}/approvals/${approvals[0].id}/votes`, { vote: 'grant', reason: REASON }]])
    await page.goto(`${url}/ui/deployments`)
    await says(page, 'What served where')
    await refused(page, ['Roll back', 'Take down'], [
      ['POST', `${native}/deployments/${live[0].id}/rollback`, { to: live[0].id, reason: REASON }],
      ['POST', `${native}/deployments/${live[0].id}/end`, { reason: REASON }, WHY],
    ])
    await page.close()
  })

  test('an unapproved version is neither deployed nor given a protected alias', async () => {
    const page = await open('deployer', '/ui/models/credit-risk-trial/1')
    await button(page, 'Deploy').click()
    await page.getByLabel('Endpoint, made').fill('credit-decisions')
    await giveReason(page, 'Deploy')
    await page.getByRole('dialog').getByRole('alert').getByText(/approv/).first().waitFor()
    await button(page, 'Cancel').click()
    await page.close()
    const moving = await open('data-scientist', '/ui/models/credit-risk-trial/1')
    await button(moving, 'Set alias').click()
    assert.equal(await moving.getByRole('textbox', { name: 'Alias' }).inputValue(), 'champion')
    await giveReason(moving, 'Move alias')
    await moving.getByRole('dialog').getByRole('alert').getByText(/approv/).first().waitFor()
    await button(moving, 'Cancel').click()
    assert.equal(await moving.locator('.chip', { hasText: 'champion' }).count(), 0)
    await moving.close()
  })

  test('what serves is taken down with a reason', async () => {
    const deployer = people.deployer
    const endpoint = `short-lived-${Date.now().toString(36)}`
    await deployer.post(`${native}/deployments`, { endpoint, model: 'credit-risk', version: 1, tier: 'staging', reason: REASON })
    const page = await open('approver', '/ui/deployments')
    const row = page.getByRole('row', { name: new RegExp(`${endpoint}.*live`) })
    await row.getByRole('button', { name: 'Take down' }).click()
    await giveReason(page, 'Take down')
    await closed(page)
    await page.getByRole('row', { name: new RegExp(`${endpoint}.*withdrawn`) }).waitFor()
    await page.close()
  })

  test('who may not says nothing of a decision, and looks nobody up', async () => {
    const page = await auditor(`/ui/decisions/${of.decision}`, { why: true })
    await says(page, 'What happened afterwards')
    await refused(page, ['Label…', 'Complaint…', 'Override…'], [
      ['POST', `${native}/decisions/${of.decision}/feedback`, { kind: 'label', value: 'good', text: REASON.text }, WHY],
      ['POST', `${native}/subjects/lookup`, { namespace: 'customer', id: 'customer-3' }, WHY],
    ])
    await page.close()
  })

  test('nobody erases a person alone', async () => {
    const page = await open('case-worker', '/ui/decisions', { why: true })
    const looked = await asked(page, 'POST', `${native}/subjects/lookup`, { namespace: 'customer', id: 'customer-3' }, WHY)
    const { handle } = JSON.parse(looked.text)
    const begun = await asked(page, 'POST', `${native}/subjects/${handle}/erase`, {}, WHY)
    assert.equal(begun.status, 202, begun.text)
    const { erasure } = JSON.parse(begun.text)
    await refused(page, [], [['POST', `${native}/erasures/${erasure}/execute`, {}, WHY]])
    await page.close()
    const officer = people['privacy-officer']
    await officer.post(`${native}/erasures/${erasure}/refuse`, { ground: 'identity_unverified', reason: REASON }, WHY)
    await people['case-worker'].get(`${native}/decisions/application-3`, { ...WHY, 'X-Clew-Purpose': 'complaint' })
  })

  test('who administers is not everybody, and what is of others stays theirs', async () => {
    const page = await auditor('/ui/admin')
    await says(page, 'What you may do')
    const admin = people['security-administrator']
    const { items: users } = await admin.get(`${native}/users`)
    const worker = users.find((user) => user.name === 'case-worker')
    // Somebody signs in, so that there is a session of theirs.
    await (await open('case-worker', '/')).close()
    const session = (await admin.get(`${native}/sessions?all=true`)).items.find((each) => each.name === 'case-worker')
    const token = (await admin.get(`${native}/tokens?user=case-worker`)).items[0]
    for (const words of ['People and services', 'Make a user or service', 'Give a role']) assert.equal(await page.getByText(words).count(), 0)
    await refused(page, ['Make', 'Give'], [
      ['POST', `${native}/users`, { name: 'not-by-me', role: 'VW' }],
      ['POST', `${native}/grants`, { user: 'auditor', role: 'DP' }],
      ['DELETE', `${native}/grants/${worker.roles[0].id}`],
      ['DELETE', `${native}/sessions/${session.id}`],
      ['DELETE', `${native}/tokens/${token.id}`],
      ['POST', `${native}/tokens`, { user: 'case-worker', name: 'not mine' }],
    ])
    await page.close()
  })

  test('a role is given and taken; one that shuts another out is refused', async () => {
    const page = await open('security-administrator', '/ui/admin')
    const name = `reader-${Date.now().toString(36)}`
    await people['security-administrator'].post(`${native}/users`, { name, role: 'VW' })
    await page.reload()
    const give = async (user, role) => {
      await page.getByLabel('To whom').selectOption({ label: user })
      await page.getByLabel('Role to give').selectOption(role)
      await button(page, 'Give').click()
    }
    await page.getByLabel('Role to give').selectOption('AP')
    await says(page, 'It ends by itself after 90 days')
    await give(name, 'AP')
    const take = page.getByRole('button', { name: `Take role AP from ${name}` })
    const end = new Date(Date.now() + 90 * 86_400_000).toISOString().slice(0, 10)
    await page.locator('.chip', { has: take, hasText: `until ${end}` }).waitFor()
    await page.getByLabel('never ends').check()
    await give(name, 'AP')
    await page.locator('.chip', { has: take, hasNotText: 'until' }).waitFor()
    await take.click()
    await take.waitFor({ state: 'detached' })
    await give('security-administrator', 'DS')
    await page.getByRole('alert').waitFor()
    await page.close()
  })

  test('who may not read the log sees and exports nothing of it', async () => {
    const page = await open('data-scientist', '/ui/audit')
    await says(page, 'You may not see this')
    assert.equal(await page.getByRole('button', { name: /^Export/ }).isEnabled().catch(() => false), false)
    const { status } = await asked(page, 'GET', `${native}/ledger/entries?limit=1`)
    assert.equal(status, 403)
    await page.close()
    const worker = await open('case-worker', '/ui/experiments')
    for (const [path, body] of [['runs/search', { experiment_ids: [of.experiment] }], ['logged-models/search', { experiment_ids: [of.experiment] }]]) {
      assert.equal((await asked(worker, 'POST', `${mlflow}/${path}`, body)).status, 403)
    }
    await worker.close()
  })
}
