// Files of runs: shown as what they are; what can run is shown apart.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { deflateSync } from 'node:zlib'
import { button, says } from './kit.mjs'

/** A picture of so many points on a side, all of one colour. */
const picture = (side, rgb) => {
  const chunk = (name, data) => {
    const body = Buffer.concat([Buffer.from(name), data])
    const length = Buffer.alloc(4)
    length.writeUInt32BE(data.length)
    const sum = Buffer.alloc(4)
    sum.writeUInt32BE(crc32(body))
    return Buffer.concat([length, body, sum])
  }
  const head = Buffer.alloc(13)
  head.writeUInt32BE(side, 0)
  head.writeUInt32BE(side, 4)
  head.set([8, 2, 0, 0, 0], 8)
  const line = Buffer.concat([Buffer.of(0), ...Array.from({ length: side }, () => Buffer.from(rgb))])
  return Buffer.concat([
    Buffer.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a),
    chunk('IHDR', head),
    chunk('IDAT', deflateSync(Buffer.concat(Array.from({ length: side }, () => line)))),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

const crc32 = (bytes) => {
  let crc = 0xffffffff
  for (const byte of bytes) {
    crc ^= byte
    for (let i = 0; i < 8; i++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0)
  }
  return (crc ^ 0xffffffff) >>> 0
}

const NOTES = `# What was tried

Trees of **depth four**, then \`eta\` halved.

- wider trees
- fewer rounds

1. first
2. second

\`\`\`
auc 0.78
\`\`\`

<img src=x onerror=document.title='ran'> [a link](javascript:document.title='ran')
`

/** Tries everything that a page of another site would like, and says of each what came of it. */
const report = (url) => `<!doctype html><meta charset="utf-8"><title>Report</title><body>
<h1>Report of the run</h1><ul id="said"></ul><script>
const said = (what, came) => { const li = document.createElement('li'); li.textContent = what + ': ' + came; document.getElementById('said').append(li) }
const attempt = (what, act) => { try { said(what, 'done ' + act()) } catch (e) { said(what, 'refused') } }
said('origin', origin)
attempt('parent', () => parent.document.title)
attempt('cookie', () => document.cookie)
attempt('storage', () => localStorage.length)
attempt('window', () => open('${url}') ? 'opened' : (() => { throw new Error() })())
attempt('top', () => { top.location = 'about:blank'; return 'left' })
fetch('${url}/api/clew/v1/session', { credentials: 'include' }).then(() => said('fetch', 'done'), () => said('fetch', 'refused'))
new Promise((ok, no) => Object.assign(new Image(), { onload: ok, onerror: no, src: '${url}/favicon.svg' })).then(() => said('picture', 'done'), () => said('picture', 'refused'))
eval("said('script', 'ran')")
</script>`

const DRAWING = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10"><title>Curve</title><script>
const text = document.createElementNS('http://www.w3.org/2000/svg', 'text'); text.textContent = 'drawn in ' + origin; document.documentElement.append(text)
</script></svg>`

/** @param of the kit */
export const files = ({ of, open, people, tokens, url }) => {
  const scientist = people['data-scientist']

  /** A run with these files, and a page of it; taken away after. */
  const withFiles = async (name, stored, look) => {
    const { run } = await scientist.mlflow('runs/create', { experiment_id: of.experiment, run_name: name })
    const id = run.info.run_id
    for (const [file, body] of Object.entries(stored)) {
      const answer = await fetch(`${url}/api/2.0/mlflow-artifacts/artifacts/${of.experiment}/${id}/artifacts/${file}`, {
        method: 'PUT',
        headers: { Authorization: `Bearer ${tokens['data-scientist']}` },
        body,
      })
      assert.equal(answer.status, 200, await answer.text())
    }
    const page = await open('data-scientist', `/ui/runs/${id}`)
    await look(page, id)
    await page.close()
    await scientist.mlflow('runs/delete', { run_id: id })
  }

  test('pictures, notes, records and tables among the files of a run', async () => {
    const stored = {
      'curve.png': picture(24, [20, 90, 200]),
      'notes.md': NOTES,
      'metrics.json': '{"auc":0.78,"of":["validation"]}',
      'broken.json': '{"auc": 0.78,',
      'table.csv': 'name,auc,said\n"trees, deep",0.78,"he said ""good"""\nregression,0.74,=1+1\n',
    }
    await withFiles('with-notes', stored, async (page) => {
      await button(page, 'curve.png').click()
      const image = page.getByRole('img', { name: 'curve.png' })
      await image.waitFor()
      assert.equal(await image.evaluate((img) => img.decode().then(() => img.naturalWidth)), 24)

      await button(page, 'notes.md').click()
      const notes = page.locator('.prose')
      await notes.getByRole('heading', { name: 'What was tried' }).waitFor()
      assert.equal(await notes.locator('b').innerText(), 'depth four')
      assert.equal(await notes.locator('code').innerText(), 'eta')
      assert.equal(await notes.locator('ul > li').count(), 2)
      assert.equal(await notes.locator('ol > li').count(), 2)
      assert.equal(await notes.locator('pre').innerText(), 'auc 0.78')
      assert.match(await notes.innerText(), /<img src=x onerror=/, 'markup is text')
      assert.equal(await notes.locator('img, a, script').count(), 0)
      assert.match(await page.title(), /Clew/)

      await button(page, 'metrics.json').click()
      await says(page, /"auc": 0\.78,\n {2}"of"/)
      await button(page, 'broken.json').click()
      await says(page, '{"auc": 0.78,')

      await button(page, 'table.csv').click()
      const table = page.getByRole('region', { name: 'Table table.csv' })
      await table.waitFor()
      assert.deepEqual(await table.locator('tbody tr').first().locator('td').allInnerTexts(), ['trees, deep', '0.78', 'he said "good"'])
      assert.equal(await table.locator('tbody tr').count(), 2)
    })
  })

  test('pages and drawings that people stored run in the sandbox, and reach nothing from there', async () => {
    await withFiles('with-pages', { 'report.html': report(url), 'curve.svg': DRAWING }, async (page, id) => {
      const signed = page.waitForResponse((answer) => answer.url().includes('/usercontent/'))
      await button(page, 'report.html').click()
      const shown = page.frameLocator('iframe[title="Stored page report.html"]')
      await shown.getByText('fetch:').waitFor()
      await shown.getByText('picture:').waitFor()
      assert.deepEqual((await shown.locator('#said li').allInnerTexts()).toSorted(), [
        'cookie: refused',
        'fetch: refused',
        'origin: null',
        'parent: refused',
        'picture: refused',
        'script: ran',
        'storage: refused',
        'top: refused',
        'window: refused',
      ])
      const answer = await signed
      const { host } = new URL(url)
      assert.notEqual(new URL(answer.url()).host, host, 'another origin than the application')
      assert.equal((await answer.request().allHeaders()).cookie, undefined, 'no cookie goes there')
      assert.equal(page.url(), `${url}/ui/runs/${id}`)
      assert.match(await page.title(), /Clew/)

      await button(page, 'Source').click()
      await says(page, /attempt\('parent'/)
      assert.equal(await page.locator('iframe').count(), 0)
      // The first address may have ended meanwhile: another is asked for.
      const again = page.waitForResponse((answer) => /\/preview\?path=report.html/.test(answer.url()))
      await button(page, 'Page').click()
      assert.equal((await again).status(), 200)
      await shown.getByText('Report of the run').waitFor()

      await button(page, 'curve.svg').click()
      await page.frameLocator('iframe[title="Stored page curve.svg"]').getByText('drawn in null').waitFor()

      // The address of one file, altered, is none.
      const address = new URL(answer.url())
      const parts = address.pathname.split('/')
      parts[parts.length - 1] = parts.at(-1).replace(/.$/, (c) => (c === '0' ? '1' : '0'))
      const forged = await page.request.get(`http://127.0.0.1:${address.port}${parts.join('/')}`, { headers: { Host: address.host } })
      assert.equal(forged.status(), 403)
      const policy = (await page.request.get(page.url())).headers()['content-security-policy']
      assert.match(policy, new RegExp(`frame-src ${address.host.replaceAll('.', '\\.')};`))
    })
  })
}
