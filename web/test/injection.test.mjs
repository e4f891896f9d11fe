// 200 texts that are code to a careless page, in every field that people and programs fill: none of them runs anywhere.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { launch } from './browser.mjs'
import { payload, planted } from './payloads.mjs'
import { stage } from './stage.mjs'

const scene = await stage(process.env.CLEW_URL, process.env.CLEW_DATA)
const scientist = scene.people['data-scientist']
const scorer = scene.people['credit-scorer']
const places = []
/** Names have to be new on a server on which the tests ran before. */
const stamp = Date.now().toString(36)

let surf
before(async () => {
  surf = await launch(scene.url)
  await plant()
})
after(async () => {
  await surf?.close()
})

/** Documents below the name of the sandbox: what runs there is meant to. */
const isSandboxed = (address) => /^http:\/\/usercontent\.localhost:\d+\/usercontent\//.test(address)

const isSandboxedUrl = (address) => isSandboxed(String(address))

/** Where a frame's document comes from; that of one that was written in place is its parent's. */
const placeOf = (frame) => (/^about:/.test(frame.url()) && frame.parentFrame() ? placeOf(frame.parentFrame()) : frame.url())

/** Calls of planted texts, each with the address of the document that made it. */
const ran = []
const listening = new Set()
const listen = async (context) => {
  if (listening.has(context)) return
  listening.add(context)
  await context.exposeBinding('planted', ({ frame }, n) => ran.push({ n, place: placeOf(frame) }))
}
const ranHere = () => ran.filter(({ place }) => !isSandboxed(place))

/** Errors of planted code, by where it stands: in a stored page or in a document that such a page wrote, and in no code of the application. */
const isThrownThere = (text, stack) =>
  text.startsWith('thrown:') &&
  // Only a document without an origin, as those of the sandbox are, is refused in these words, and then without a place.
  (/Blocked a frame with origin "null"/.test(text) || /usercontent\.localhost|about:srcdoc|data:text\/html/.test(stack)) &&
  !stack.includes(scene.url)

/** What the browser complains of in documents of the application. A stored page is refused what it asks for, which is the point of it. */
const reports = () =>
  surf.complaints.filter(
    ({ text, at }) =>
      /CSP|Content.Security|dialog:|thrown:/.test(text) &&
      !isSandboxed(at ?? '') &&
      !/ in http:\/\/usercontent\.localhost:/.test(text) &&
      !isThrownThere(text, at ?? ''),
  )

const labels = (count) => Array.from({ length: count }, (_, i) => ({ key: `k${i}`, value: payload() }))

const plant = async () => {
  const { experiment_id } = await scientist.mlflow('experiments/create', { name: `${payload()} ${stamp}`, tags: labels(3) })
  const runs = []
  for (let i = 0; i < 6; i++) {
    const { run } = await scientist.mlflow('runs/create', {
      experiment_id,
      run_name: payload(),
      start_time: Date.now(),
      tags: [...labels(6), { key: 'mlflow.note.content', value: payload() }, { key: 'mlflow.source.name', value: payload() }],
    })
    const run_id = run.info.run_id
    await scientist.mlflow('runs/log-batch', { run_id, params: labels(4) })
    await scientist.mlflow('runs/log-batch', { run_id, metrics: [{ key: 'score', value: i, step: 0, timestamp: Date.now() }] })
    await scientist.mlflow('runs/log-inputs', {
      run_id,
      datasets: [
        {
          tags: [{ key: 'mlflow.data.context', value: payload() }],
          dataset: { name: payload(), digest: `d${i}`, source_type: payload(), source: payload() },
        },
      ],
    })
    await scientist.put(`/api/2.0/mlflow-artifacts/artifacts/${experiment_id}/${run_id}/artifacts/page.html`, payload(), {
      'Content-Type': 'application/octet-stream',
    })
    await scientist.put(`/api/2.0/mlflow-artifacts/artifacts/${experiment_id}/${run_id}/artifacts/notes.md`, payload(), {
      'Content-Type': 'application/octet-stream',
    })
    runs.push(run_id)
  }
  places.push(['data-scientist', '/ui/experiments'], ['data-scientist', `/ui/experiments/${experiment_id}`])
  places.push(...runs.slice(0, 3).map((run) => ['data-scientist', `/ui/runs/${run}`]))
  places.push(['data-scientist', `/ui/compare?runs=${runs.join(',')}`], ['data-scientist', '/ui/data'])
  const model = `careless-${stamp}`
  await scientist.mlflow('registered-models/create', { name: model, description: payload(), tags: labels(6) })
  places.push(['data-scientist', '/ui/models'], ['data-scientist', `/ui/models/${model}`])
  const set = await scientist.post('/api/clew/v1/datasets', { name: `${payload()} ${stamp}`, description: payload() })
  await scientist.post(`/api/clew/v1/datasets/${encodeURIComponent(set.name)}/versions`, {
    digest: 'ab'.repeat(32),
    source_type: 'file',
    source: payload(),
    license: payload(),
    format: payload(),
    schema: [{ name: payload(), type: payload() }],
  })
  places.push(['data-scientist', `/ui/data/${encodeURIComponent(set.name)}`])
  const decisions = Array.from({ length: 8 }, () => ({
    client_id: `${payload()} ${stamp}`,
    features: { [payload()]: payload(), other: payload() },
    outcome: payload(),
    rules: [payload()],
    score: 0.4,
    threshold: 0.5,
    protected: { sex: payload() },
  }))
  const { items } = await scorer.post('/api/clew/v1/decisions?ack=integrated', decisions)
  for (const { id } of items) {
    await scorer.post(`/api/clew/v1/decisions/${id}/feedback`, { kind: 'label', value: payload(), text: payload() })
  }
  const id = items[0].id
  places.push(['case-worker', '/ui/decisions'], ['case-worker', `/ui/decisions/${id}`], ['case-worker', `/ui/decisions/${items[1].id}`])
  places.push(['auditor', `/ui/thread/decision/${id}?way=both`], ['auditor', `/ui/thread/run/${runs[0]}?way=both`], ['auditor', '/ui/audit'])
  places.push(['case-worker', `/ui/decisions/${encodeURIComponent(payload())}`], ['data-scientist', `/ui/models/${encodeURIComponent(payload())}`])
  places.push(['data-scientist', `/ui/experiments/${experiment_id}?filter=${encodeURIComponent(payload())}`])
  places.push(['data-scientist', '/'])
}

describe('injection', () => {
  test('no planted text runs, and no page asks for what its policy forbids', async () => {
    assert.ok(planted() >= 200, `${planted()} texts are planted`)
    const found = []
    for (const [user, path] of places) {
      const context = await surf.as(scene.tokens[user])
      await listen(context)
      const page = await surf.open(context, path, { why: true })
      for (const name of ['page.html', 'notes.md']) {
        const file = page.getByRole('button', { name, exact: true })
        if (await file.count()) await file.click()
      }
      const live = await page.evaluate(() => document.querySelectorAll('script:not([src^="/assets/"]), iframe:not([sandbox="allow-scripts"][src^="//usercontent.localhost:"]), object, base, a[href^="javascript:" i]').length)
      if (live > 0) found.push(`${path}: ${live} live elements`)
      await page.close()
    }
    assert.deepEqual(ranHere(), [])
    assert.deepEqual(found, [])
    assert.deepEqual(reports(), [])
  })

  test('200 stored pages and drawings run in the sandbox, and nowhere else', async () => {
    const { experiment_id } = await scientist.mlflow('experiments/create', { name: `stored-${stamp}` })
    const { run } = await scientist.mlflow('runs/create', { experiment_id, run_name: 'stored', start_time: Date.now() })
    const id = run.info.run_id
    const names = Array.from({ length: 200 }, (_, i) => (i % 2 ? `drawing-${i}.svg` : `page-${i}.html`))
    for (const name of names) {
      const body = name.endsWith('.svg')
        ? `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9">${payload()}</svg>`
        : `<!doctype html><title>${payload()}</title><p>${payload()}</p>`
      await scientist.put(`/api/2.0/mlflow-artifacts/artifacts/${experiment_id}/${id}/artifacts/${name}`, body, {
        'Content-Type': 'application/octet-stream',
      })
    }
    const context = await surf.as(scene.tokens['data-scientist'])
    await listen(context)
    const page = await surf.open(context, `/ui/runs/${id}`)
    const before = ran.length
    for (const name of names) {
      await page.getByRole('button', { name, exact: true }).click()
      const element = await page.waitForSelector(`iframe[title="Stored page ${name}"]`)
      const frame = await element.contentFrame()
      await frame.waitForURL(isSandboxedUrl)
    }
    assert.equal(page.url(), `${scene.url}/ui/runs/${id}`)
    const there = ran.slice(before).filter(({ place }) => isSandboxed(place)).length
    assert.ok(there > 40, `${there} planted texts ran in the sandbox: the test would see them`)
    assert.deepEqual(ranHere(), [])
    assert.deepEqual(reports(), [])
    await page.close()
    await scientist.mlflow('experiments/delete', { experiment_id })
  })

  test('files people stored are never shown as pages of this server', async () => {
    const { runs } = await scientist.mlflow('runs/search', { experiment_ids: [scene.of.experiment], max_results: 1 })
    const run = runs[0].info
    await scientist.put(`/api/2.0/mlflow-artifacts/artifacts/${run.experiment_id}/${run.run_id}/artifacts/evil.html`, '<script>alert(1)</script>', {
      'Content-Type': 'application/octet-stream',
    })
    const answer = await fetch(`${scene.url}/get-artifact?run_uuid=${run.run_id}&path=evil.html`, {
      headers: { Authorization: `Bearer ${scene.tokens['data-scientist']}` },
    })
    assert.equal(answer.status, 200)
    const isPage = /text\/html/.test(answer.headers.get('content-type') ?? '')
    const isKept = /attachment/.test(answer.headers.get('content-disposition') ?? '') || /sandbox/.test(answer.headers.get('content-security-policy') ?? '')
    assert.ok(!isPage || isKept, JSON.stringify(Object.fromEntries(answer.headers)))
  })
})
