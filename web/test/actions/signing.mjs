// Signing in, people and their rights, what is refused.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { button, says } from './kit.mjs'

/** Presses Tab until a link or button of this name has the keyboard. */
const tabTo = async (page, name) => {
  for (let i = 0; i < 60; i++) {
    await page.keyboard.press('Tab')
    if ((await page.evaluate(() => document.activeElement?.textContent?.trim())) === name) return
  }
  throw new Error(`Tab does not lead to ${name}`)
}

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
    await page.getByRole('heading', { name: 'xgboost-german-credit' }).waitFor()
    await page.waitForFunction(() => sessionStorage.getItem('clew-recent')?.includes('xgboost-german-credit'))
    await page.goto(`${url}/`)
    await page.getByRole('heading', { name: 'Home' }).waitFor()
    await page.keyboard.press('Control+k')
    await page.getByRole('option', { name: /xgboost-german-credit.*recent/ }).waitFor()
    await page.getByRole('combobox', { name: 'Search' }).fill(of.runs[0])
    await page.getByRole('option', { name: /regression.*run/ }).waitFor()
    await page.getByRole('combobox', { name: 'Search' }).fill('credit-decisions')
    await page.getByRole('option', { name: /credit-risk v1 at credit-decisions/ }).first().waitFor()
    await page.getByRole('combobox', { name: 'Search' }).fill('nothing of this name at all')
    await page.getByRole('option', { name: /open as decision/ }).waitFor()
    await page.getByRole('combobox', { name: 'Search' }).fill('keys')
    await page.getByRole('option', { name: /Show the keys/ }).getByRole('button').click()
    await page.getByRole('heading', { name: 'Keys' }).waitFor()
    await button(page, 'Close').click()
    const was = await page.evaluate(() => document.documentElement.dataset.theme)
    await page.getByRole('button', { name: /^Switch to/ }).click()
    assert.notEqual(await page.evaluate(() => document.documentElement.dataset.theme), was)
    await page.close()
  })

  test('search finds by id, entry and endpoint', async () => {
    const page = await open('auditor', '/')
    const { items } = await people.auditor.get('/api/clew/v1/approvals?limit=1')
    const search = page.getByRole('combobox', { name: 'Search' })
    for (const [words, found, where] of [
      [items[0].id, /Approval of .*approval/, /ui\/thread\/approval/],
      [`${of.entry}`, /^Entry .*entry$/, new RegExp(`ui/audit\\?entry=${of.entry}`)],
      ['german', /german-credit data set/, /ui\/data\/german-credit/],
    ]) {
      await page.keyboard.press('Control+k')
      await search.fill(words)
      const option = page.getByRole('option', { name: found }).first()
      await option.waitFor()
      for (let i = 0; i < 20 && (await option.getAttribute('aria-selected')) !== 'true'; i++) await search.press('ArrowDown')
      assert.equal(await search.getAttribute('aria-activedescendant'), await option.getAttribute('id'), 'a screen reader is told what is chosen')
      await search.press('Enter')
      await page.waitForURL(where)
    }
    await page.close()
  })

  test('a service gets a token from who answers for it', async () => {
    const page = await open('security-administrator', '/ui/admin')
    const name = `scorer-${Date.now().toString(36)}`
    await page.getByLabel('Name', { exact: true }).fill(name)
    await page.getByLabel('Role', { exact: true }).selectOption('Ss')
    await page.getByLabel('Who answers for it').selectOption('deployer')
    await button(page, 'Make').click()
    await page.getByRole('button', { name: `Take role Ss from ${name}` }).waitFor()
    await page.close()
    const owner = await open('deployer', '/ui/admin')
    await owner.getByLabel('Whose token').fill(name)
    await owner.getByLabel('What the token is for').fill('serving')
    await button(owner, 'Make a token').click()
    const token = (await owner.locator('.note.gr pre').innerText()).trim()
    const who = await fetch(`${url}/api/clew/v1/session`, { headers: { Authorization: `Bearer ${token}` } })
    assert.equal((await who.json()).name, name)
    await owner.getByLabel('Whose token').fill('')
    assert.equal(await owner.getByText(token).count(), 0, 'it is shown once')
    await owner.getByLabel('Whose token').fill('credit-scorer')
    await button(owner, 'Make a token').click()
    await owner.getByRole('alert').getByText(/made by its owner, the owner of the service account/).waitFor()
    await owner.close()
  })

  test('everything is reached by keyboard', async () => {
    const page = await open('data-scientist', '/')
    for (const [key, heading] of [['e', 'Experiments'], ['d', 'Data'], ['m', 'Models'], ['a', 'Approvals'], ['p', 'Deployments'], ['u', 'Audit'], ['h', 'Home']]) {
      await page.keyboard.press('g')
      await page.keyboard.press(key)
      await page.getByRole('heading', { name: heading, exact: true, level: 1 }).waitFor()
      assert.equal(await page.title(), `${heading} · Clew`)
    }
    // From the head of a page to a run and its files without a pointer.
    await page.keyboard.press('g')
    await page.keyboard.press('e')
    await page.getByRole('heading', { name: 'Experiments', level: 1 }).waitFor()
    await page.waitForFunction(() => document.activeElement?.id === 'main')
    await page.keyboard.press('/')
    await page.keyboard.type('credit-scoring')
    await tabTo(page, 'credit-scoring')
    await page.keyboard.press('Enter')
    await page.getByRole('table', { name: 'Runs' }).waitFor()
    await page.keyboard.press('j')
    await page.keyboard.press('x')
    await page.keyboard.press('j')
    await page.keyboard.press('x')
    await says(page, '2 selected')
    await page.keyboard.press('c')
    await page.getByRole('heading', { name: 'Compare 2 runs' }).waitFor()
    await page.keyboard.press('?')
    await page.getByRole('heading', { name: 'Keys' }).waitFor()
    await page.keyboard.press('Escape')
    await page.getByRole('heading', { name: 'Keys' }).waitFor({ state: 'detached' })
    await page.close()
  })

  test('on a telephone the menu has what the bar has', async () => {
    const page = await open('auditor', '/')
    await page.setViewportSize({ width: 390, height: 844 })
    await button(page, 'Menu').click()
    await button(page, 'Sign out auditor').waitFor()
    await button(page, 'Search').click()
    await page.getByRole('combobox', { name: 'Search' }).fill('credit')
    await page.getByRole('option', { name: 'credit-risk model', exact: true }).waitFor()
    await page.keyboard.press('Escape')
    await page.getByRole('navigation', { name: 'Menu' }).getByRole('link', { name: 'Models' }).click()
    await page.getByRole('heading', { name: 'Models' }).waitFor()
    await page.getByRole('navigation', { name: 'Menu' }).waitFor({ state: 'detached' })
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 390)
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
