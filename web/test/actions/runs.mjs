// Runs: filter, groups, comparison, files.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { button, closed, giveReason, says } from './kit.mjs'

const PARQUET = fileURLToPath(new URL('../../../examples/employment/employment-ma-reference.parquet', import.meta.url))

/** One page that says something. */
const PDF = (() => {
  const words = 'BT /F1 48 Tf 40 100 Td (Report of the run) Tj ET'
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 500 200] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>',
    `<< /Length ${words.length} >>\nstream\n${words}\nendstream`,
    '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>',
  ]
  let text = '%PDF-1.4\n'
  const at = objects.map((object, i) => {
    const begin = text.length
    text += `${i + 1} 0 obj\n${object}\nendobj\n`
    return begin
  })
  const xref = text.length
  const rows = at.map((begin) => `${String(begin).padStart(10, '0')} 00000 n \n`).join('')
  return `${text}xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${rows}trailer\n<< /Size ${objects.length + 1} /Root 1 0 R >>\nstartxref\n${xref}\n%%EOF\n`
})()

/** @param of the kit */
export const runs = ({ of, open, people, tokens, url }) => {
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
    const head = (name) => page.getByRole('columnheader', { name }).getByRole('button')
    await head('Took').click()
    await page.locator('[role=columnheader][aria-sort=descending]').getByText('Took').waitFor()
    await page.waitForFunction(() => {
      const cells = [...document.querySelectorAll('.vrow')].map((row) => row.children[3].textContent)
      const took = cells.map((text) => Number.parseFloat(text) * (text.endsWith(' ms') ? 1 : 1_000))
      return took.length === 12 && took.every((each, i) => i === 0 || each <= took[i - 1])
    })
    await head('validation_auc').click()
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
    await page.goto(`${url}/ui/experiments/${of.experiment}`)
    await page.getByText('Views').click()
    await page.getByRole('link', { name: 'by parent' }).click()
    await page.waitForURL(/group=parent/)
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

  test('the head of an experiment names its best run, and that leads to its data', async () => {
    const page = await open('data-scientist', '/')
    await page.getByRole('link', { name: 'Experiments' }).first().click()
    await page.getByRole('link', { name: 'credit-scoring' }).click()
    await says(page, /Highest validation_auc/)
    await page.locator('.sub').getByRole('link', { name: 'xgboost-german-credit' }).click()
    await page.getByRole('link', { name: /german-credit @/ }).first().waitFor()
    await page.close()
  })

  test('more than eight runs are compared as rows', async () => {
    const page = await open('data-scientist', `/ui/compare?runs=${[of.run, ...of.runs].slice(0, 10).join(',')}`)
    await says(page, 'Compare 10 runs')
    await page.getByRole('rowheader', { name: /xgboost-german-credit/ }).or(page.getByRole('row', { name: /^xgboost-german-credit/ })).first().waitFor()
    assert.ok((await page.getByText('best', { exact: true }).count()) > 0)
    await page.close()
  })

  test('a run that is not there is named, and the others are compared', async () => {
    const gone = '0'.repeat(32)
    const page = await open('data-scientist', `/ui/compare?runs=${of.run},${gone},${of.runs[0]}`)
    await says(page, 'Compare 2 runs')
    await says(page, gone)
    await page.goto(`${url}/ui/compare?runs=${of.run},${gone}`)
    await says(page, 'Choose two or more runs')
    await page.close()
  })

  test('an input leads to the version of the data that was used', async () => {
    const page = await open('data-scientist', `/ui/runs/${of.run}`)
    await page.locator('.kv').getByRole('link', { name: /german-credit @/ }).first().click()
    await page.waitForURL(/ui\/data\/german-credit\?version=/)
    await says(page, 'the one you followed')
    await page.close()
  })

  test('a file of a run is shown', async () => {
    const page = await open('data-scientist', `/ui/runs/${of.run}`)
    await button(page, 'requirements.txt').click()
    await says(page, 'numpy==')
    await page.close()
  })

  test('all runs that match are counted, however few were read', async () => {
    const scientist = people['data-scientist']
    const name = `counted-${Date.now()}`
    const { experiment_id: many } = await scientist.mlflow('experiments/create', { name })
    for (let i = 0; i < 60; i++) await scientist.mlflow('runs/create', { experiment_id: many, run_name: `counted-${i}` })
    const page = await open('data-scientist', `/ui/experiments?name=${name}`)
    await page.getByRole('row', { name: new RegExp(`^${name} 60 `) }).waitFor()
    const first = page.waitForResponse((answer) => answer.url().endsWith('/runs/search') && answer.request().postDataJSON().include_total)
    await page.goto(`${url}/ui/experiments/${many}`)
    const answer = await (await first).json()
    assert.equal(answer.runs.length, 50)
    assert.equal(Number(answer.total_count), 60)
    await says(page, '60 runs')
    await page.close()
  })

  test('a run tells who changed it, its code and its models; a model is registered from it', async () => {
    const page = await open('data-scientist', `/ui/runs/${of.run}`)
    await says(page, 'History of changes')
    await says(page, /set .*\d+ parameters/)
    await page.getByText('Code and lists of packages kept with the run').click()
    await page.locator('summary', { hasText: 'requirements.txt' }).click()
    await says(page, /numpy==/)
    const registered = page.getByRole('region', { name: 'Logged models' })
    await registered.getByRole('link', { name: 'credit-risk v1' }).waitFor()
    for (const [name, said] of [['credit-risk-trial', 'A new model.'], ['credit-risk-trial', 'gets its next version']]) {
      await page.goto(`${url}/ui/runs/${of.run}`)
      await button(page, 'Register…').click()
      await page.getByLabel('Name of the model').fill(name)
      await says(page, said)
      await giveReason(page, 'Register')
      await page.waitForURL(/\/ui\/models\/credit-risk-trial\/\d+$/)
    }
    await says(page, 'credit-risk-trial v2')
    await page.close()
    const reader = await open('auditor', `/ui/runs/${of.run}`)
    await says(reader, 'Logged models')
    assert.equal(await button(reader, 'Register…').count(), 0)
    await reader.close()
  })

  test('tables of Parquet, pages of PDF and pages of the web among the files of a run', async () => {
    const scientist = people['data-scientist']
    const { run } = await scientist.mlflow('runs/create', { experiment_id: of.experiment, run_name: 'with-files' })
    const id = run.info.run_id
    const put = async (name, body) => {
      const answer = await fetch(`${url}/api/2.0/mlflow-artifacts/artifacts/${of.experiment}/${id}/artifacts/${name}`, {
        method: 'PUT',
        headers: { Authorization: `Bearer ${tokens['data-scientist']}` },
        body,
      })
      assert.equal(answer.status, 200, await answer.text())
    }
    await put('reference.parquet', readFileSync(PARQUET))
    await put('report.pdf', PDF)
    await put('broken.pdf', 'no pdf at all')
    await put('broken.parquet', 'PAR1 no table')
    const page = await open('data-scientist', `/ui/runs/${id}`)
    await button(page, 'reference.parquet').click()
    const table = page.getByRole('region', { name: 'Table reference.parquet' })
    await table.waitFor()
    assert.equal(await table.locator('tbody tr').count(), 200)
    assert.ok((await table.locator('th').count()) > 5)
    await says(page, /The first 200 of [\d\s]+ rows/)
    await button(page, 'report.pdf').click()
    const drawn = page.getByRole('img', { name: 'report.pdf, 1 pages' })
    await drawn.waitFor()
    const dark = await drawn.locator('canvas').evaluate((canvas) => {
      const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height)
      let n = 0
      for (let i = 0; i < data.length; i += 4) if (data[i] < 100) n++
      return n
    })
    assert.ok(dark > 200, `the words of the page are drawn: ${dark} dark pixels`)
    await button(page, 'broken.pdf').click()
    await says(page, /broken.pdf cannot be drawn; download it/)
    await button(page, 'broken.parquet').click()
    await says(page, /broken.parquet cannot be shown as a table; download it/)
    await page.close()
    await scientist.mlflow('runs/delete', { run_id: id })
  })
}
