// Charts of runs.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { button, says } from './kit.mjs'

/** @param of the kit */
export const charts = ({ of, open, people, url }) => {
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

  test('a hover names the run under the pointer', async () => {
    const page = await open('data-scientist', `/ui/experiments/${of.experiment}?tab=charts`)
    const over = page.locator('.u-over').first()
    await over.waitFor()
    const box = await over.boundingBox()
    const said = page.locator('.chart-said').first()
    for (let y = 0.05; y < 1 && !/·/.test(await said.innerText()); y += 0.04) await page.mouse.move(box.x + box.width * 0.5, box.y + box.height * y)
    assert.match(await said.innerText(), /^(regression|xgboost)\S* · step \d+ · [\d.]+/)
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
    const saved = await png
    assert.equal(saved.suggestedFilename(), 'validation_auc.png')
    const bytes = readFileSync(await saved.path()).toString('base64')
    const corner = await page.evaluate(async (body) => {
      const image = new Image()
      image.src = `data:image/png;base64,${body}`
      await image.decode()
      const canvas = new OffscreenCanvas(image.width, image.height).getContext('2d')
      canvas.drawImage(image, 0, 0)
      return [...canvas.getImageData(1, 1, 1, 1).data]
    }, bytes)
    assert.equal(corner[3], 255, 'a picture stands on the ground of its theme')
    await page.close()
  })

  test('a scale of powers says what it cannot show', async () => {
    const scientist = people['data-scientist']
    const { experiment_id } = await scientist.mlflow('experiments/create', { name: `powers-${Date.now()}` })
    const { run } = await scientist.mlflow('runs/create', { experiment_id, run_name: 'powers', start_time: 1 })
    await scientist.mlflow('runs/log-batch', {
      run_id: run.info.run_id,
      metrics: [-1, 0, 0.01, 1, 100].map((value, step) => ({ key: 'gain', value, step, timestamp: step + 1 })),
    })
    const page = await open('data-scientist', `/ui/experiments/${experiment_id}?tab=charts&log=yes&least=0.001`)
    await says(page, '2 not above 0 are not drawn')
    await page.getByRole('img', { name: /gain over step: powers ends at 100/ }).waitFor()
    await page.getByLabel('Log scale').uncheck()
    await page.getByText('not above 0').waitFor({ state: 'detached' })
    await page.goto(`${url}/ui/experiments/${experiment_id}?tab=charts&axis=time`)
    await page.locator('.u-over').first().waitFor()
    await page.close()
  })

  test('a zoom asks for the points in between; ends of an axis are set; the URL keeps it', async () => {
    const scientist = people['data-scientist']
    const { experiment_id } = await scientist.mlflow('experiments/create', { name: `long-${Date.now()}` })
    const { run } = await scientist.mlflow('runs/create', { experiment_id, run_name: 'long', start_time: 1 })
    for (let first = 0; first < 5_000; first += 1_000)
      await scientist.mlflow('runs/log-batch', {
        run_id: run.info.run_id,
        metrics: Array.from({ length: 1_000 }, (_, i) => ({ key: 'loss', value: 1 / (first + i + 1), step: first + i, timestamp: first + i + 1 })),
      })
    const page = await open('data-scientist', `/ui/experiments/${experiment_id}?tab=charts`)
    await says(page, /least and most of 5\s000 points/)
    const over = await page.locator('.u-over').boundingBox()
    const zoomed = page.waitForResponse((answer) => /metrics\/lines.*from=\d+&to=\d+/.test(answer.url()))
    await page.mouse.move(over.x + over.width * 0.4, over.y + 50)
    await page.mouse.down()
    await page.mouse.move(over.x + over.width * 0.5, over.y + 50, { steps: 4 })
    await page.mouse.up()
    const { width, lines } = await (await zoomed).json()
    assert.equal(width, 1, 'no point is left out of a tenth of the axis')
    assert.ok(lines[0].at.length > 400 && lines[0].at[0] > 1_500 && lines[0].at.at(-1) < 3_000)
    await page.waitForURL(/span=\d+/)
    await page.getByText(/least and most of/).waitFor({ state: 'detached' })
    await page.mouse.move(over.x + over.width * 0.5, over.y + over.height - 40)
    await page.reload()
    await button(page, 'Show all of the axis').click()
    await says(page, /least and most of 5\s000 points/)
    await page.getByLabel('From', { exact: true }).fill('0.2')
    await page.getByLabel('From', { exact: true }).press('Enter')
    await page.waitForURL(/least=0.2/)
    await page.close()
  })
}
