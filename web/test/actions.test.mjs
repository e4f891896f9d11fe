// Every action of the pages, and every refusal, by the hands of those who may and those who may not.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { after, before, beforeEach, describe, test } from 'node:test'
import { actions, watch } from './actions.mjs'
import { launch, WHY } from './browser.mjs'
import { stage } from './stage.mjs'

const scene = await stage(process.env.CLEW_URL, process.env.CLEW_DATA)
const { of, tokens } = scene
const REASON = 'Checked in the tests of the pages'
const seen = new Map()
let surf
let now = ''

before(async () => {
  surf = await launch(scene.url)
})
after(async () => {
  await surf?.close()
})
beforeEach((context) => {
  now = context.name
})

const watched = new Set()
/** A page of somebody; `null` for nobody. */
const open = async (user, path, options) => {
  const context = await surf.as(user && tokens[user])
  if (!watched.has(context)) watch(context, seen, () => now)
  watched.add(context)
  return surf.open(context, path, options)
}
const button = (page, name) => page.getByRole('button', { name, exact: true })
const says = (page, text) => page.getByText(text).filter({ visible: true }).first().waitFor()
/** Fills in the dialog's reason and sends it. */
const giveReason = async (page, action) => {
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Your reason').fill('short')
  assert.equal(await dialog.getByRole('button', { name: action }).isDisabled(), true, 'a reason says something')
  await dialog.getByLabel('Your reason').fill(REASON)
  await dialog.getByRole('button', { name: action }).click()
}
const closed = (page) => page.getByRole('dialog').waitFor({ state: 'detached' })

describe('actions', () => {
  test('signing in and out', async () => {
    const context = await surf.browser.newContext()
    watch(context, seen, () => now)
    const page = await context.newPage()
    await page.goto(`${scene.url}/ui/models`)
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
    await giveReason(page, 'Approve')
    await closed(page)
    await says(page, 'Nothing waits for a vote.')
    await button(page, 'Granted').click()
    await says(page, REASON)
    await asking.close()
    await page.close()
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
    await page.goto(`${scene.url}/ui/deployments`)
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

  test('runs are filtered, sorted, tagged, compared and deleted', async () => {
    const page = await open('data-scientist', `/ui/experiments/${of.experiment}`)
    const filter = page.getByRole('combobox', { name: 'Filter' })
    await filter.fill('metrics.nothing ?')
    await filter.press('Enter')
    await page.getByRole('alert').waitFor()
    await filter.fill('')
    await filter.pressSequentially("tags.swe")
    await page.getByRole('option', { name: 'tags.sweep', exact: true }).waitFor()
    await filter.press('ArrowDown')
    await filter.press('Enter')
    await filter.pressSequentially("= 'penalty'")
    await filter.press('Enter')
    await says(page, '12 runs')
    await page.getByRole('columnheader', { name: 'validation_auc' }).getByRole('button').click()
    await page.getByRole('columnheader', { name: /validation_auc ↓/ }).waitFor()
    assert.match(page.url(), /order=.*filter=|filter=.*order=/)
    await page.getByText('Columns').click()
    await page.getByLabel('Find a column').fill('l2')
    await page.getByRole('checkbox', { name: 'params.l2' }).click()
    await page.getByText('Columns').click()
    const boxes = page.getByRole('checkbox', { name: /Choose regression/ })
    await boxes.nth(0).check()
    await boxes.nth(1).check()
    await button(page, 'Tag…').click()
    await page.getByLabel('Tag', { exact: true }).fill('kept')
    await page.getByLabel('Value').fill('yes')
    await giveReason(page, 'Set tag')
    await closed(page)
    await page.getByRole('link', { name: /Compare/ }).click()
    await says(page, 'Compare 2 runs')
    await page.goBack()
    await page.getByRole('checkbox', { name: /Choose regression-0.3-0$/ }).check()
    await button(page, 'Delete…').click()
    await giveReason(page, 'Delete')
    await closed(page)
    await says(page, '11 runs')
    await page.close()
  })

  test('runs are grouped, columns drawn and held, views named', async () => {
    const page = await open('data-scientist', `/ui/experiments/${of.experiment}?folded=yes`)
    await page.getByLabel('Group by').selectOption('tags.family')
    await page.getByRole('button', { name: 'logistic regression' }).click()
    await page.getByRole('checkbox', { name: /Choose regression/ }).first().waitFor()
    assert.match(page.url(), /group=tags.family/)
    await page.getByLabel('Group by').selectOption('parent')
    await page.waitForURL(/group=parent/)
    const edge = page.getByRole('separator', { name: 'Width of validation_auc' })
    const before = Number(await edge.getAttribute('aria-valuenow'))
    await edge.focus()
    await edge.press('ArrowRight')
    await page.waitForURL(/widths=/)
    assert.equal(Number(await edge.getAttribute('aria-valuenow')), before + 16)
    await page.getByText('Columns').click()
    await page.getByLabel('Stay in place').selectOption('3')
    await page.waitForURL(/frozen=3/)
    await page.getByText('Columns').click()
    await page.getByText('Views').click()
    await page.getByLabel('Name of this view').fill('by parent')
    await button(page, 'Keep').click()
    await page.goto(`${scene.url}/ui/experiments/${of.experiment}`)
    await page.getByText('Views').click()
    await page.getByRole('link', { name: 'by parent' }).click()
    await page.waitForURL(/group=parent/)
    await page.close()
  })

  test('runs are drawn as points, lines, bars and boxes', async () => {
    const page = await open('data-scientist', `/ui/experiments/${of.experiment}?tab=charts`)
    for (const [name, drawn, marks] of [
      ['Scatter', /validation_auc against validation_logloss of \d+ runs/, 'circle'],
      ['Parallel', /\d+ runs as lines through/, 'polyline'],
      ['Last values', /Last validation_auc, best first: xgboost-german-credit/, 'rect'],
      ['By group', /validation_auc by .*median/, 'rect'],
    ]) {
      await button(page, name).click()
      const drawing = page.getByRole('img', { name: drawn })
      await drawing.waitFor()
      assert.ok((await drawing.locator(marks).count()) > 0, `${name} draws ${marks}s`)
      const saved = page.waitForEvent('download')
      await page.getByRole('button', { name: /^Save .* as CSV/ }).click()
      assert.match((await saved).suggestedFilename(), /\.csv$/)
    }
    await page.getByRole('combobox', { name: /^Group/ }).selectOption('params.l2')
    await page.getByRole('img', { name: /validation_auc by params.l2/ }).waitFor()
    await page.close()
  })

  test('runs are compared down to code, data and environment', async () => {
    const page = await open('data-scientist', `/ui/compare?runs=${of.run},${of.runs[0]}`)
    await says(page, 'Parameters that differ')
    assert.ok((await page.getByText('best', { exact: true }).count()) > 0)
    await says(page, 'only in the baseline')
    await says(page, 'differs')
    await page.getByLabel('Differences are against').selectOption(of.runs[0])
    await page.waitForURL(/base=/)
    await says(page, 'only here, not in the baseline')
    await page.close()
  })

  test('charts change their axis and are saved', async () => {
    const page = await open('data-scientist', `/ui/experiments/${of.experiment}?tab=charts`)
    await button(page, 'Relative').click()
    await page.getByLabel('Smoothing').fill('0.6')
    await page.getByLabel('Log scale').check()
    await page.getByLabel('Without outliers').check()
    const csv = page.waitForEvent('download')
    await button(page, 'Save validation_auc as CSV').click()
    assert.equal((await csv).suggestedFilename(), 'validation_auc.csv')
    const png = page.waitForEvent('download')
    await button(page, 'Save validation_auc as PNG').click()
    assert.equal((await png).suggestedFilename(), 'validation_auc.png')
    await page.close()
  })

  test('a file of a run is shown', async () => {
    const page = await open('data-scientist', `/ui/runs/${of.run}`)
    await button(page, 'requirements.txt').click()
    await says(page, 'numpy==')
    await page.close()
  })

  test('a proof is verified, and fails when one byte is changed', async () => {
    const page = await open('case-worker', `/ui/verify/${of.decision}`, { why: true })
    await says(page, 'All 6 checks passed.')
    await button(page, 'Try it: change one byte').click()
    await says(page, 'Not valid')
    await button(page, 'Put it back').click()
    await says(page, 'All 6 checks passed.')
    const bundle = page.waitForEvent('download')
    await page.getByRole('link', { name: 'Bundle' }).click()
    const path = await (await bundle).path()
    await page.goto(`${scene.url}/ui/verify`)
    await page.getByLabel('Proof bundle').setInputFiles(path)
    await says(page, 'All 5 checks passed.')
    await page.close()
  })

  test('the thread is walked, unfolded and saved', async () => {
    const page = await open('auditor', `/ui/thread/decision/${of.decision}`)
    await page.getByRole('link', { name: /× artifact/ }).first().click()
    await page.getByRole('link', { name: /^MLmodel/ }).first().waitFor()
    await page.locator('.graph a', { hasText: 'credit-risk v1' }).first().click()
    await says(page, 'What happened to it')
    for (const kind of ['SVG', 'PNG']) {
      const saved = page.waitForEvent('download')
      await button(page, kind).click()
      assert.match((await saved).suggestedFilename(), /^thread\./)
    }
    await button(page, 'Effects').click()
    await page.waitForURL(/way=down/)
    await page.goBack()
    await page.close()
  })

  test('entries are filtered and opened', async () => {
    const page = await open('auditor', '/ui/audit')
    await page.getByLabel(/^Act/).fill('deploy.request')
    await page.getByLabel(/^Act/).press('Enter')
    await page.waitForURL(/action=deploy.request/)
    await button(page, `#${of.entry}`).click()
    await says(page, 'First model for the new credit product')
    await page.close()
  })

  test('an entry tells before and after; two states of the log are compared; entries are exported', async () => {
    const page = await open('auditor', `/ui/audit?entry=${of.entry}&action=deploy.request`)
    await says(page, 'Rows it changed')
    const saved = page.waitForEvent('download')
    await page.getByRole('button', { name: /^Export \d+ with proof/ }).click()
    const lines = readFileSync(await (await saved).path(), 'utf8').trim().split('\n').map((line) => JSON.parse(line))
    assert.match(lines[0].policy, /log/)
    assert.match(lines[1].proof, /^c2sp.org\/tlog-proof/)
    assert.equal(lines[1].act, 'deploy.request')
    await button(page, 'Live').click()
    await page.waitForURL(/live=yes/)
    await page.getByRole('tab', { name: 'Checkpoints' }).click()
    const boxes = page.getByRole('checkbox', { name: /Choose the checkpoint/ })
    await boxes.nth(0).check()
    await boxes.nth(3).check()
    await says(page, 'It only grew')
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
    const other = await surf.browser.newContext()
    const signed = await other.request.post(`${scene.url}/api/clew/v1/session`, { data: { token: tokens.auditor } })
    assert.ok(signed.ok())
    await own.reload()
    const sessions = own.getByRole('button', { name: /^End the session of auditor/ })
    await sessions.nth(1).waitFor()
    const many = await sessions.count()
    await sessions.first().click()
    await own.waitForFunction((n) => document.querySelectorAll('[aria-label^="End the session"]').length < n, many)
    assert.equal((await other.request.get(`${scene.url}/api/clew/v1/sessions`)).status(), 401)
    await other.close()
    await page.close()
    await own.close()
  })

  test('what does not exist and what is not allowed say so', async () => {
    const nothing = await open('auditor', '/ui/runs/00000000000000000000000000000000')
    await says(nothing, 'There is no such thing')
    const forbidden = await open('case-worker', '/ui/experiments')
    await says(forbidden, 'You may not see this')
    await nothing.close()
    await forbidden.close()
  })

  test('no action without a test', () => {
    const untested = [...actions()].filter(([key]) => !seen.has(key)).map(([key, files]) => `${key} (${files.join(', ')})`)
    assert.deepEqual(untested, [])
    console.log([...seen].map(([key, tests]) => `${key} ← ${[...tests].join('; ')}`).sort().join('\n'))
  })
})
