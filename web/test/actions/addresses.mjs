// Addresses: what somebody mistyped, kept for long, or made up; and names longer than any page is wide.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { pages } from '../pages.mjs'
import { says } from './kit.mjs'

/** What people and programs put where pages expect something else. */
const ODD = ['5', 'null', '%7B%22a%22%3A1%7D', "%22'%20or%201%3D1", '%F0%9F%A7%B6', 'x'.repeat(1_000)]

/** What stands behind the ? of each page. */
const NAMES = {
  '/ui/experiments': ['name'],
  '/ui/experiments/EXPERIMENT': ['filter', 'order', 'columns', 'frozen', 'widths', 'group', 'tab', 'plot', 'folded'],
  '/ui/experiments/EXPERIMENT?tab=charts': ['axis', 'smooth', 'log', 'least', 'most', 'span', 'x', 'y', 'by', 'plot'],
  '/ui/compare': ['runs', 'base', 'with'],
  '/ui/data/german-credit': ['version'],
  '/ui/models/credit-risk/compare': ['from', 'to'],
  '/ui/approvals': ['state'],
  '/ui/decisions': ['model', 'version', 'outcome', 'deployment', 'from', 'to'],
  '/ui/thread/run/RUN': ['way', 'at', 'open', 'depth'],
  '/ui/verify': ['entry'],
  '/ui/audit': ['actor', 'action', 'resource', 'scope', 'from', 'to', 'entry', 'live', 'tab'],
}

/** Of path and query together, what a server takes unless it is told otherwise; the rest is room for the path and the names. */
const TAKEN = 8 * 1024 - 500

/** Queries that give every name the value: one if a server takes it, or more that share the names. */
const queries = (names, value) => {
  const most = Math.floor(TAKEN / value.length)
  const parts = Array.from({ length: Math.ceil(names.length / most) }, (_, i) => names.slice(i * most, (i + 1) * most))
  return parts.map((some) => some.map((name) => `${name}=${value}`).join('&'))
}

/** Things that are not there, and names that are none. */
const NOWHERE = [
  '/ui/nothing',
  '/ui/runs/00000000000000000000000000000000',
  '/ui/runs/not-a-run',
  '/ui/experiments/999999999',
  '/ui/experiments/x',
  '/ui/models/nobody',
  '/ui/models/credit-risk/99',
  '/ui/models/credit-risk/x',
  '/ui/models/credit-risk/compare?from=1&to=99',
  '/ui/data/nothing',
  '/ui/decisions/no-such-application',
  '/ui/thread/decision/00000000-0000-7000-8000-000000000000',
  '/ui/thread/nonsense/1',
  '/ui/verify/00000000-0000-7000-8000-000000000000',
  '/ui/verify?entry=999999999',
  '/ui/audit?entry=999999999',
  '/ui/compare?runs=a,b',
]

/** @param of the kit */
export const addresses = ({ of, open, complaints, people, url }) => {
  const thrown = () => complaints().filter(({ text }) => text.startsWith('thrown:'))

  test('no address breaks a page', async () => {
    const page = await open('auditor', '/', { why: true })
    const broken = []
    const look = async (path) => {
      const answer = await page.goto(url + path)
      assert.equal(answer.status(), 200, path)
      await page.locator('h1').first().waitFor()
      await page.waitForLoadState('networkidle')
      const said = await page.locator('#main').innerText()
      if (/is not a function|undefined|Cannot read|is not iterable|NaN\b/.test(said)) broken.push(`${path}: ${said.slice(0, 200)}`)
      if ((await page.title()) === 'Clew') broken.push(`${path}: it has no title`)
    }
    const before = thrown().length
    for (const [place, names] of Object.entries(NAMES)) {
      const path = place.replace('EXPERIMENT', of.experiment).replace('RUN', of.run)
      for (const query of ODD.flatMap((odd) => queries(names, odd))) await look(`${path}${path.includes('?') ? '&' : '?'}${query}`)
    }
    for (const path of NOWHERE) await look(path)
    assert.deepEqual(broken, [])
    assert.deepEqual(thrown().slice(before), [])
    await page.goto(`${url}/ui/nothing`)
    await says(page, 'There is no such page')
    await page.locator('#main').getByRole('link', { name: 'Home' }).click()
    await page.getByRole('heading', { name: 'Home' }).waitFor()
    await page.goto(`${url}/ui/experiments/${of.experiment}?order=nonsense`)
    await page.getByRole('button', { name: 'Show all runs, newest first' }).click()
    await page.getByRole('table', { name: 'Runs' }).waitFor()
    await page.close()
  })

  test('every address shows the same again, and back leads back', async () => {
    for (const { name, user, path, says: words, why } of pages(of)) {
      if (!user) continue
      const page = await open(user, path, { why })
      const shown = async () => {
        for (const text of words) await page.getByText(text).filter({ visible: true }).first().waitFor()
        return { heading: await page.locator('h1').innerText(), title: await page.title(), url: page.url() }
      }
      const first = await shown()
      await page.reload()
      assert.deepEqual(await shown(), first, `${name} after a reload`)
      const other = path.startsWith('/ui/admin') ? 'Audit' : 'Admin'
      await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: other }).click()
      await page.getByRole('heading', { name: other, level: 1 }).waitFor()
      await page.goBack()
      assert.deepEqual(await shown(), first, `${name} after going back`)
      await page.close()
    }
  })

  test('long names break no page', async () => {
    const scientist = people['data-scientist']
    const long = (what, size) => `${what}${Date.now().toString(36)}`.padEnd(size, 'W')
    const { experiment_id } = await scientist.mlflow('experiments/create', { name: long('experiment', 240) })
    const run_name = long('run', 240)
    const { run } = await scientist.mlflow('runs/create', { experiment_id, run_name, start_time: Date.now() })
    const run_id = run.info.run_id
    await scientist.mlflow('runs/log-batch', {
      run_id,
      metrics: [{ key: long('metric', 240), value: 1, step: 0, timestamp: 1 }],
      params: [{ key: long('param', 240), value: 'V'.repeat(500) }],
      tags: [{ key: long('tag', 240), value: 'T'.repeat(500) }],
    })
    const model = long('model', 240)
    await scientist.mlflow('registered-models/create', { name: model, description: 'D'.repeat(500) })
    const set = long('data', 200)
    await scientist.post('/api/clew/v1/datasets', { name: set, description: 'D'.repeat(500) })
    await scientist.post(`/api/clew/v1/datasets/${set}/versions`, {
      digest: 'cd'.repeat(32),
      source: `file:///${'s'.repeat(500)}`,
      license: 'L'.repeat(100),
      schema: [{ name: 'c'.repeat(200), type: 'double' }],
    })
    const found = []
    for (const path of [
      '/',
      '/ui/experiments',
      `/ui/experiments/${experiment_id}`,
      `/ui/experiments/${experiment_id}?tab=charts`,
      `/ui/runs/${run_id}`,
      `/ui/compare?runs=${run_id},${of.run}`,
      '/ui/models',
      `/ui/models/${model}`,
      '/ui/data',
      `/ui/data/${set}`,
      `/ui/thread/run/${run_id}?way=both`,
    ]) {
      const page = await open('data-scientist', path)
      for (const width of [1280, 390]) {
        await page.setViewportSize({ width, height: 900 })
        const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
        const over = await page.evaluate(() =>
          [...document.querySelectorAll('#main *')]
            .filter((each) => each.getBoundingClientRect().right > innerWidth + 1 && !each.closest('.scroll, .vrows, .graph'))
            .map((each) => `${each.nodeName}.${each.className}`),
        )
        if (wide > 0) found.push(`${path} at ${width} px: ${wide} px too wide, ${over.slice(0, 4)}`)
      }
      await page.close()
    }
    await scientist.mlflow('experiments/delete', { experiment_id })
    assert.deepEqual(found, [])
  })
}
