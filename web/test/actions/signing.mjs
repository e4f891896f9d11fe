// Signing in, people and their rights, what is refused.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { button, says } from './kit.mjs'

/** @param of the kit */
export const signing = ({ of, open, people, stranger, tokens, url }) => {
  test('signing in and out', async () => {
    const context = await stranger()
    const page = await context.newPage()
    await page.goto(`${url}/ui/models`)
    await page.getByLabel('Token', { exact: true }).fill('clwp_wrong')
    await button(page, 'Sign in').click()
    await page.getByRole('alert').waitFor()
    await page.getByLabel('Token', { exact: true }).fill(tokens.auditor)
    await button(page, 'Sign in').click()
    await page.getByRole('heading', { name: 'Models' }).waitFor()
    await button(page, 'Sign out').click()
    await page.getByRole('heading', { name: 'Sign in to Clew' }).waitFor()
    await context.close()
  })

  test('a user is made and loses a role; a token is shown once', async () => {
    const page = await open('security-administrator', '/ui/admin')
    await page.getByLabel('Name', { exact: true }).fill('second-reader')
    await page.getByLabel('Role', { exact: true }).selectOption('VW')
    await button(page, 'Make').click()
    const take = page.getByRole('button', { name: 'Take role VW from second-reader' })
    await take.click()
    await take.waitFor({ state: 'detached' })
    await page.getByLabel('Who', { exact: true }).selectOption('case-worker')
    await says(page, 'case-worker holds')
    await page.getByLabel('What', { exact: true }).fill('decision.read')
    await says(page, 'with a reason that is recorded')
    await page.getByLabel('What', { exact: true }).fill('deployment.execute')
    await says(page, 'It takes one of')
    const own = await open('auditor', '/ui/admin')
    assert.equal(await own.getByText('People and services').count(), 0)
    await own.getByLabel('What the token is for').fill('reading')
    await button(own, 'Make a token').click()
    await says(own, 'Shown this once')
    const ends = own.getByRole('button', { name: 'End the token reading' }).first()
    await ends.click()
    await ends.waitFor({ state: 'detached' })
    const other = await stranger()
    const signed = await other.request.post(`${url}/api/clew/v1/session`, { data: { token: tokens.auditor } })
    assert.ok(signed.ok())
    await own.reload()
    const sessions = own.getByRole('button', { name: /^End the session of auditor/ })
    await sessions.nth(1).waitFor()
    const many = await sessions.count()
    await sessions.first().click()
    await own.waitForFunction((n) => document.querySelectorAll('[aria-label^="End the session"]').length < n, many)
    assert.equal((await other.request.get(`${url}/api/clew/v1/sessions`)).status(), 401)
    await other.close()
    await page.close()
    await own.close()
  })

  test('search jumps to a run', async () => {
    const page = await open('data-scientist', '/')
    await page.keyboard.press('Control+k')
    await page.getByRole('combobox', { name: 'Search' }).fill('xgboost')
    await page.getByRole('option', { name: /xgboost-german-credit/ }).waitFor()
    await page.getByRole('option', { name: /xgboost-german-credit/ }).getByRole('button').click()
    await page.waitForURL(new RegExp(of.run))
    await page.keyboard.press('Control+k')
    await page.getByRole('combobox', { name: 'Search' }).fill('keys')
    await page.getByRole('option', { name: /Show the keys/ }).getByRole('button').click()
    await page.getByRole('heading', { name: 'Keys' }).waitFor()
    await button(page, 'Close').click()
    const was = await page.evaluate(() => document.documentElement.dataset.theme)
    await page.getByRole('button', { name: /^Switch to/ }).click()
    assert.notEqual(await page.evaluate(() => document.documentElement.dataset.theme), was)
    await page.close()
  })

  test('what does not exist and what is not allowed say so', async () => {
    const nothing = await open('auditor', '/ui/runs/00000000000000000000000000000000')
    await says(nothing, 'There is no such thing')
    const forbidden = await open('case-worker', '/ui/experiments')
    await says(forbidden, 'You may not see this')
    await nothing.close()
    await forbidden.close()
  })

  test('the first page asks for nothing twice, and tells what failed', async () => {
    const scientist = people['data-scientist']
    const { run } = await scientist.mlflow('runs/create', { experiment_id: of.experiment, run_name: 'broke-off', start_time: Date.now() })
    await scientist.mlflow('runs/update', { run_id: run.info.run_id, status: 'FAILED', end_time: Date.now() })
    const page = await open('data-scientist', '/ui/models')
    const asked = []
    page.on('request', (request) => {
      if (/\/(api|ajax-api|ledger)\//.test(request.url())) asked.push(request.url())
    })
    await page.goto(`${url}/`)
    await says(page, 'Run broke-off')
    await page.waitForLoadState('networkidle')
    assert.deepEqual([...new Set(asked)].length, asked.length, asked.join('\n'))
    assert.equal(asked.some((path) => path.endsWith('/session')), false, 'who asks stands in the page')
    assert.equal(await page.evaluate(() => globalThis.clewEarly.size), 0, 'what was asked early is what is shown')
    await scientist.mlflow('runs/delete', { run_id: run.info.run_id })
    await page.close()
  })

  test('the server says where it is and whether it takes changes', async () => {
    const page = await open('auditor', '/ui/admin')
    await says(page, 'This server')
    await says(page, 'takes changes')
    await page.close()
  })
}
