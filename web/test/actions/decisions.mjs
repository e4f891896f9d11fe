// Decisions: the purpose, what is said of them afterwards, the list.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { button, closed, giveReason, says } from './kit.mjs'

/** @param of the kit */
export const decisions = ({ of, open, url }) => {
  test('a purpose is asked before personal data is read', async () => {
    const page = await open('case-worker', `/ui/decisions/${of.decision}`)
    await says(page, 'Say why you open this decision')
    assert.equal(await page.getByText('Main reasons').count(), 0)
    await page.getByLabel('Purpose').selectOption('complaint')
    await page.getByLabel('Reason').fill('The applicant complains')
    await button(page, 'Open and record').click()
    await says(page, 'Main reasons')
    await button(page, 'Show client id and protected attributes').click()
    await says(page, 'Kept apart for fairness checks')
    await button(page, 'Stop').click()
    await says(page, 'Say why you open this decision')
    await page.close()
  })

  test('label, complaint and override of a decision', async () => {
    const page = await open('case-worker', `/ui/decisions/${of.decision}`, { why: true })
    for (const [name, action, field, value, said] of [
      ['Label…', 'Add', 'Outcome as it turned out', 'good', 'told how it turned out: good'],
      ['Complaint…', 'File', null, null, 'filed a complaint'],
      ['Override…', 'Override', 'New outcome', 'approved', 'overruled it'],
    ]) {
      await button(page, name).click()
      if (field) await page.getByLabel(field).fill(value)
      await giveReason(page, action)
      await closed(page)
      await says(page, said)
    }
    await page.close()
  })

  test('outcomes over time narrow the list', async () => {
    const page = await open('case-worker', '/ui/decisions', { why: true })
    await says(page, 'Outcomes over time')
    await page.getByLabel('Length of a column').selectOption('1d')
    await page.getByRole('button', { name: /\d+ approved, \d+ denied|\d+ denied, \d+ approved/ }).first().click()
    await page.waitForURL(/from=.*to=|to=.*from=/)
    await button(page, 'denied').click()
    await page.waitForURL(/outcome=denied/)
    await button(page, 'Clear').click()
    await page.close()
  })

  test('a decision is found by the id of its application', async () => {
    const page = await open('case-worker', '/ui/decisions', { why: true })
    await page.getByLabel('Decision id or client id').fill('application-3')
    await button(page, 'Open').click()
    await page.getByRole('heading', { name: /application-3/ }).waitFor()
    await says(page, 'Why this score')
    await page.close()
  })

  test('fields of the filter take Enter and follow the address', async () => {
    const page = await open('case-worker', '/ui/decisions', { why: true })
    const outcome = page.getByLabel('Outcome', { exact: true })
    await outcome.fill('denied')
    await outcome.press('Enter')
    await page.waitForURL(/outcome=denied/)
    await page.getByLabel('Model', { exact: true }).fill('credit-risk')
    await page.getByLabel('Model', { exact: true }).press('Tab')
    await page.waitForURL(/model=credit-risk/)
    await button(page, 'Clear').click()
    await page.waitForURL(/decisions$/)
    assert.equal(await outcome.inputValue(), '')
    await page.goto(`${url}/ui/decisions?outcome=approved&version=1`)
    assert.equal(await outcome.inputValue(), 'approved')
    assert.equal(await page.getByLabel('Version', { exact: true }).inputValue(), '1')
    await page.close()
  })

  test('decisions are walked by keys', async () => {
    const page = await open('case-worker', '/ui/decisions', { why: true })
    const rows = page.getByRole('table', { name: 'Decisions' }).locator('.vrow')
    await rows.first().waitFor()
    for (const key of ['j', 'j', 'j', 'k']) await page.keyboard.press(key)
    const id = await page.locator('.vrow.at a').getAttribute('title')
    assert.equal(id, await rows.nth(1).locator('a').getAttribute('title'))
    await page.keyboard.press('Enter')
    await page.waitForURL(new RegExp(`decisions/${id}`))
    await page.close()
  })

  test('a rule that decided stands in the place of the score', async () => {
    const page = await open('case-worker', '/ui/decisions/application-96', { why: true })
    await says(page, 'decided, not the score.')
    await says(page, 'of the policy decided, whatever the score')
    await says(page, 'max_amount')
    assert.equal(await page.getByRole('figure').count(), 0, 'no waterfall leads to an answer that a rule gave')
    await says(page, 'What would have changed the answer')
    await page.close()
  })

  test('contributions that do not add up are said and not drawn', async () => {
    const page = await open('case-worker', `/ui/decisions/${of.decision}`, { why: true })
    await says(page, 'adds up within')
    await page.route(/\/explanation(\?|$)/, async (route) => {
      const answer = await route.fetch()
      await route.fulfill({ response: answer, json: { ...(await answer.json()), flags: ['additivity_failed'], reasons: null } })
    })
    await page.reload()
    await says(page, 'do not add up to its score')
    assert.equal(await page.getByText('adds up within').count(), 0)
    await page.close()
  })

  test('all decisions that rest on a version of data are listed', async () => {
    const page = await open('auditor', '/')
    await page.getByRole('link', { name: 'Data' }).first().click()
    await page.getByRole('link', { name: 'german-credit' }).click()
    const link = page.getByRole('link', { name: /^\d+ decisions$/ }).first()
    const counted = Number((await link.innerText()).split(' ')[0])
    await link.click()
    await says(page, 'of one deployment')
    await says(page, new RegExp(`^${counted}, newest first`))
    await page.goto(`${url}/ui/thread/dataset-version/${of.dataset}?way=down`)
    await page.getByRole('link', { name: /^\d+ decisions in all$/ }).click()
    await says(page, 'of one deployment')
    await page.getByRole('button', { name: 'of one deployment' }).click()
    await page.getByText('of one deployment').waitFor({ state: 'detached' })
    await page.close()
  })

  test('a person is found by those who may, and the look is recorded', async () => {
    const page = await open('case-worker', '/ui/decisions', { why: true })
    await page.getByText('Find a person').click()
    await page.getByLabel('Id of the person').fill('customer-3')
    await button(page, 'Find and record').click()
    await says(page, /records? (is|are) held of customer customer-3/)
    await page.getByRole('region', { name: 'Records of the person' }).getByRole('link', { name: /decision/ }).first().click()
    await says(page, 'Main reasons')
    assert.equal(/customer-3/.test(page.url()), false, 'who was looked for stays out of the URL')
    await page.close()
    const other = await open('auditor', '/ui/decisions', { why: true })
    assert.equal(await other.getByText('Find a person').count(), 0)
    await other.close()
  })
}
