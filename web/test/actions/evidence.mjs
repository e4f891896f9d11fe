// What proves something: proofs, threads, the audit log.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { client } from '../story.mjs'
import { button, REASON, says } from './kit.mjs'

/** @param of the kit */
export const evidence = ({ of, open, people, tokens, url }) => {
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
    await page.goto(`${url}/ui/verify`)
    await page.getByLabel('Proof bundle').setInputFiles(path)
    await says(page, 'All 5 checks passed.')
    await page.close()
  })

  test('a decision that was checked here says so', async () => {
    const page = await open('case-worker', `/ui/decisions/${of.decision}`, { why: true })
    await says(page, 'Not yet checked by you')
    await page.keyboard.press('v')
    await says(page, 'All 6 checks passed.')
    await page.goBack()
    await page.locator('.pb.verified').waitFor()
    await says(page, '6 steps passed')
    assert.equal(await page.getByText('Not yet checked by you').count(), 0)
    await page.getByRole('link', { name: 'Home' }).first().click()
    await says(page, /Checked in this browser/)
    await page.goto(`${url}/ui/decisions/${of.decision}`)
    await says(page, 'Not yet checked by you')
    await page.close()
  })

  test('who may not read the log verifies an entry all the same', async () => {
    const page = await open('data-scientist', `/ui/runs/${of.run}`)
    const entry = page.locator('.why').getByRole('link', { name: /^Entry \d+$/ }).first()
    const seq = (await entry.getAttribute('aria-label')).split(' ')[1]
    await entry.click()
    await page.getByRole('heading', { name: `Verify entry ${seq}` }).waitFor()
    await says(page, 'All 5 checks passed.')
    await says(page, `./clew verify entry-${seq}.tlog-proof --policy policy --expect ${seq}`)
    await button(page, 'Try it: change one byte').click()
    await says(page, 'Not valid')
    await page.goBack()
    await page.locator('summary.pb').click()
    await page.getByRole('link', { name: 'Verify in this browser' }).click()
    await says(page, 'All 5 checks passed.')
    await page.close()
    const auditor = await open('auditor', `/ui/audit?entry=${of.entry}`)
    await auditor.getByRole('link', { name: 'Verify', exact: true }).click()
    await says(auditor, 'All 5 checks passed.')
    await auditor.close()
  })

  test('the thread is walked, unfolded and saved', async () => {
    const page = await open('auditor', `/ui/thread/decision/${of.decision}`)
    const things = async () => Number((await page.locator('.sub').innerText()).split(' ')[0])
    const all = await things()
    await page.getByLabel('Levels').selectOption('1')
    await page.waitForURL(/depth=1/)
    await page.waitForFunction((n) => Number(document.querySelector('.sub').innerText.split(' ')[0]) < n, all)
    await page.getByLabel('Levels').selectOption('')
    await page.waitForFunction((n) => Number(document.querySelector('.sub').innerText.split(' ')[0]) === n, all)
    await page.getByRole('link', { name: /× artifact/ }).first().click()
    await page.getByRole('link', { name: /^MLmodel/ }).first().waitFor()
    await page.locator('.graph a', { hasText: 'credit-risk v1' }).first().click()
    await says(page, 'What happened to it')
    await page.goto(`${url}/ui/runs/${of.run}`)
    await page.getByRole('heading', { name: 'xgboost-german-credit' }).waitFor()
    await page.keyboard.press('t')
    await page.waitForURL(/ui\/thread\/run/)
    await page.goBack()
    await page.goBack()
    await page.locator('.graph a').first().waitFor()
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
    const tiles = page.getByRole('region', { name: 'Tiles' })
    const links = tiles.getByRole('link')
    const { size } = await page.evaluate(async () => ({ size: Number((await (await fetch('/ledger/checkpoint')).text()).split('\n')[1]) }))
    assert.ok((await links.count()) >= (size > 256 ? 3 : 2))
    for (const href of await links.evaluateAll((all) => all.map((link) => link.getAttribute('href')))) {
      const answer = await page.request.get(url + href)
      assert.equal(answer.status(), 200, href)
      const width = Number(/\.p\/(\d+)$/.exec(href)?.[1] ?? 256)
      if (!href.includes('/entries/')) assert.equal((await answer.body()).length, 32 * width, href)
    }
    await page.close()
  })

  test('an auditor opens what denials say', async () => {
    const name = `auditor-of-all-${Date.now().toString(36)}`
    await people.operator.post('/api/clew/v1/users', { name, role: 'AU', scope: 'instance' })
    tokens[name] = (await people.operator.post('/api/clew/v1/tokens', { user: name })).token
    const auditor = client(url, tokens[name])
    const wanted = { endpoint: 'scoring', model: 'credit-risk', version: 1, reason: { text: REASON } }
    await assert.rejects(people['data-scientist'].post('/api/clew/v1/deployments', wanted))
    const ledger = '/api/clew/v1/ledger/entries'
    const holding = async () => {
      for (const { seq } of (await auditor.get(`${ledger}?action=record.batch&limit=200`)).items) {
        const { items } = await auditor.get(`${ledger}/${seq}/denials`)
        if (items.some((each) => each.permission === 'deployment.execute')) return seq
      }
    }
    let batch = await holding()
    for (let tries = 0; batch === undefined && tries < 40; tries++) {
      await new Promise((done) => setTimeout(done, 500)) // what was denied is written every ten seconds
      batch = await holding()
    }
    const page = await open(name, `/ui/audit?action=record.batch&entry=${batch}`)
    await says(page, 'That you looked is recorded')
    await button(page, 'Open denials').click()
    const card = page.locator('.card').filter({ has: page.getByRole('heading', { name: 'Denials' }) })
    await card.getByText('deployment.execute').first().waitFor()
    await card.getByText('data-scientist').first().waitFor()
    await page.close()
  })

  test('while live, what is new comes on top', async () => {
    const page = await open('auditor', '/ui/audit?live=yes')
    await page.getByRole('region', { name: 'Entries', exact: true }).waitFor()
    const { run } = await people['data-scientist'].mlflow('runs/create', { experiment_id: of.experiment, run_name: 'seen-live' })
    await says(page, /\d+ new$/)
    await page.close()
    await people['data-scientist'].mlflow('runs/delete', { run_id: run.info.run_id })
  })

  test('entries over time and in a scope narrow the list', async () => {
    const page = await open('auditor', '/ui/audit')
    const columns = page.getByRole('region', { name: 'Entries over time' }).getByRole('button', { name: /entr(y|ies)$/ })
    await columns.first().waitFor()
    await columns.first().click()
    await page.waitForURL(/from=.*to=|to=.*from=/)
    await button(page, 'All times').click()
    await page.getByLabel('Where').selectOption('default/default/default')
    await page.waitForURL(/scope=default/)
    const answer = await page.request.get(`${url}/api/clew/v1/ledger/entries?scope=default/default/default&limit=1`)
    const [newest] = (await answer.json()).items
    await button(page, `#${newest.seq}`).waitFor()
    await page.close()
  })

  test('columns of data show how their values are spread', async () => {
    const page = await open('data-scientist', '/ui/data/german-credit')
    await page.getByRole('img', { name: /^Histogram: \d+ from 4 to/ }).first().waitFor()
    await says(page, 'critical account/ other credits existing (not at this bank)')
    await page.close()
  })
}
