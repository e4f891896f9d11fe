// Many runs: what is drawn of them, how they are walked, how they go on.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { button, says, source } from './kit.mjs'

const MANY = 260
const ROW = '[role=table] .vrow'

/** @param of the kit */
export const long = ({ open, people }) => {
  const scientist = people['data-scientist']
  const experiment = async (name) =>
    (await scientist.mlflow('experiments/create', { name: `${name}-${Date.now()}` })).experiment_id

  test('a long table draws what is in sight, is walked by keys, and its columns are put in order', async () => {
    const id = await experiment('long')
    for (let i = 0; i < MANY; i++) {
      await scientist.mlflow('runs/create', {
        experiment_id: id,
        run_name: `long-${i}`,
        start_time: 1_700_000_000_000 + i,
        tags: [{ key: 'half', value: i % 2 ? 'odd' : 'even' }, { key: 'number', value: `${i}` }],
      })
    }
    const page = await open('data-scientist', `/ui/experiments/${id}?folded=yes`)
    await says(page, `${MANY} runs`)
    const table = page.getByRole('table', { name: 'Runs' })
    // To the end, until no more rows come.
    await page.waitForFunction((all) => {
      const box = document.querySelector('.vrows')
      box.scrollTop = box.scrollHeight
      return Number(box.getAttribute('aria-rowcount')) === all + 1
    }, MANY)
    await page.getByRole('link', { name: 'long-0', exact: true }).waitFor()
    assert.ok((await page.locator(ROW).count()) < 80, 'rows out of sight are not drawn')
    await table.evaluate((box) => box.scrollTo(0, 0))
    await page.getByRole('link', { name: `long-${MANY - 1}`, exact: true }).waitFor()
    await table.focus()
    for (const key of ['j', 'j', 'x', 'j', 'k', 'j', 'x']) await page.keyboard.press(key)
    await says(page, '2 selected')
    await page.keyboard.press('Escape')
    await page.getByText('2 selected').waitFor({ state: 'detached' })
    await table.focus()
    await page.keyboard.press('Enter')
    await page.waitForURL(/ui\/runs\//)
    await page.goBack()
    await table.waitFor()
    await page.keyboard.press('/')
    assert.equal(await page.evaluate(() => document.activeElement.getAttribute('aria-label')), 'Filter')
    await page.getByText('Columns').click()
    await button(page, 'Move tags.number to the left').click()
    await page.waitForURL(/columns=tags.number/)
    await page.close()
  })

  test('of no runs none is chosen', async () => {
    const { isAllChosen } = await source('/src/pages/runs/chosen.ts')
    const run = (id) => ({ id })
    assert.equal(isAllChosen([], new Set()), false)
    assert.equal(isAllChosen([], new Set(['a'])), false)
    assert.equal(isAllChosen([run('a'), run('b')], new Set(['a'])), false)
    assert.equal(isAllChosen([run('a'), run('b')], new Set(['a', 'b', 'c'])), true)
  })

  test('runs that go on are shown as they go, and new ones come on top', async () => {
    const id = await experiment('live')
    const { run } = await scientist.mlflow('runs/create', { experiment_id: id, run_name: 'goes-on', start_time: Date.now() })
    const log = (value, step) =>
      scientist.mlflow('runs/log-batch', { run_id: run.info.run_id, metrics: [{ key: 'loss', value, step, timestamp: Date.now() }] })
    await log(0.75, 0)
    const page = await open('data-scientist', `/ui/experiments/${id}?folded=yes`)
    await says(page, '0.75')
    await log(0.25, 1)
    await says(page, '0.25')
    await scientist.mlflow('runs/create', { experiment_id: id, run_name: 'came-later', start_time: Date.now() + 1 })
    await page.getByRole('link', { name: 'came-later' }).waitFor()
    // Below the first fifty too.
    for (let i = 0; i < 55; i++)
      await scientist.mlflow('runs/create', { experiment_id: id, run_name: `later-${i}`, start_time: Date.now() + 10 + i }).then(({ run }) =>
        scientist.mlflow('runs/update', { run_id: run.info.run_id, status: 'FINISHED', end_time: Date.now() + 100 }),
      )
    await page.reload()
    await says(page, '57 runs')
    await page.waitForFunction(() => {
      const box = document.querySelector('.vrows')
      box.scrollTop = box.scrollHeight
      return Number(box.getAttribute('aria-rowcount')) === 58
    })
    await says(page, '0.25')
    await log(0.125, 2)
    await says(page, '0.125')
    // What only a run further down measured is no chart of the first.
    await button(page, 'Show charts').click()
    await says(page, 'No metric was logged.')
    await page.close()
  })

  test('a run shows the runs within it and the measures of its machine', async () => {
    const id = await experiment('family')
    const { run } = await scientist.mlflow('runs/create', { experiment_id: id, run_name: 'parent', start_time: 1 })
    const parent = run.info.run_id
    await scientist.mlflow('runs/create', {
      experiment_id: id,
      run_name: 'child',
      start_time: 2,
      tags: [{ key: 'mlflow.parentRunId', value: parent }],
    })
    await scientist.mlflow('runs/log-batch', {
      run_id: parent,
      metrics: [0, 1, 2].map((step) => ({ key: 'system/cpu_utilization_percentage', value: 40 + step, step, timestamp: step + 1 })),
    })
    const page = await open('data-scientist', `/ui/runs/${parent}`)
    await says(page, 'cpu_utilization_percentage')
    await page.getByRole('region', { name: 'Runs within it' }).getByRole('link', { name: 'child' }).click()
    await page.getByRole('heading', { name: 'child' }).waitFor()
    await page.close()
  })

  test('500 runs are chosen, compared, and compared again from the link', async () => {
    const id = await experiment('many')
    const many = 500
    for (let i = 0; i < many; i++) {
      const { run } = await scientist.mlflow('runs/create', { experiment_id: id, run_name: `many-${i}`, start_time: 1_700_000_000_000 + i })
      await scientist.mlflow('runs/log-batch', {
        run_id: run.info.run_id,
        params: [{ key: 'rate', value: `${i % 7}` }, { key: 'same', value: 'yes' }],
        metrics: [
          { key: 'auc', value: i === 321 ? 0.99 : 0.5 + i / 2_000, step: 0, timestamp: 1 },
          { key: 'loss', value: i === 123 ? 0.01 : 0.5, step: 0, timestamp: 1 },
        ],
      })
    }
    const page = await open('data-scientist', `/ui/experiments/${id}?folded=yes`)
    await page.waitForFunction((all) => {
      const box = document.querySelector('.vrows')
      box.scrollTop = box.scrollHeight
      return Number(box.getAttribute('aria-rowcount')) === all + 1
    }, many)
    await page.getByRole('checkbox', { name: 'Choose all runs that were read' }).check()
    await says(page, '500 selected')
    await page.getByRole('link', { name: /^Compare/ }).click()
    const compared = async () => {
      await page.getByRole('heading', { name: 'Compare 500 runs' }).waitFor()
      await says(page, 'They differ in 1 of 2 parameters')
      const numbers = page.getByRole('region', { name: 'Numbers of the runs' })
      assert.equal(await numbers.locator('tbody tr').count(), many)
      const best = numbers.locator('tr', { hasText: 'best' })
      assert.deepEqual((await best.locator('th').allInnerTexts()).map((name) => name.trim()).toSorted(), ['many-123', 'many-321'])
    }
    await compared()
    assert.match(page.url(), /compare#/)
    await page.reload()
    await compared()
    await page.getByLabel('Differences are against').selectOption({ label: 'many-7' })
    await page.waitForURL(/base=[0-9a-f]{32}#/)
    await page.close()
  })
}
