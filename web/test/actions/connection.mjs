// What lies between a page and its server: sessions that end, servers that go away or take long.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { pages } from '../pages.mjs'
import { askAgain } from '../story.mjs'
import { button, says } from './kit.mjs'
import { serve } from './server.mjs'

/** @param of the kit */
export const connection = ({ of, open, people, stranger, tokens, url }) => {
  test('a session that ended asks to sign in, and goes on where it was', async () => {
    const context = await stranger()
    const page = await context.newPage()
    const signIn = async () => {
      await page.getByLabel('Token', { exact: true }).fill(tokens.auditor)
      await button(page, 'Sign in').click()
    }
    await page.goto(`${url}/ui/models`)
    await says(page, /This is .*; its log is .*, signed with key [0-9a-f]{8}/)
    await signIn()
    await page.getByRole('heading', { name: 'Models' }).waitFor()
    const { csrf } = await page.evaluate(async () => (await fetch('/api/clew/v1/session')).json())
    const ended = await page.request.delete(`${url}/api/clew/v1/session`, { headers: { 'X-Clew-Csrf': csrf } })
    assert.equal(ended.status(), 204)
    await page.getByRole('link', { name: 'Audit' }).first().click()
    await says(page, 'Your session ended. Sign in, and you are where you were.')
    assert.equal(await page.getByText('Latest changes').count(), 0)
    await signIn()
    await page.getByRole('heading', { name: 'Audit' }).waitFor()
    await page.getByRole('region', { name: 'Entries', exact: true }).waitFor()
    await context.close()
  })

  test('a server that goes away is said, and asked again until it is back', async () => {
    const server = await serve()
    try {
      const context = await stranger()
      const page = await context.newPage()
      const made = await page.request.post(`${server.url}/api/2.0/mlflow/runs/create`, {
        data: { experiment_id: '0', run_name: 'goes-on', start_time: 1 },
      })
      const { run } = await made.json()
      await page.goto(`${server.url}/ui/runs/${run.info.run_id}`)
      await says(page, 'goes-on')
      await page.goto(`${server.url}/ui/models`)
      await says(page, 'No model is registered yet.')
      await server.stop()
      await page.getByRole('link', { name: 'Data' }).first().click()
      await says(page, 'The server does not answer.')
      await page.getByRole('alert').getByRole('button', { name: 'Try again' }).waitFor()
      await page.getByRole('heading', { name: 'Data' }).waitFor()
      // What was read before is still there; the code of Data was not, and nothing was lost for it.
      await page.getByRole('link', { name: 'Models' }).first().click()
      await says(page, 'No model is registered yet.')
      await page.getByRole('link', { name: 'Data' }).first().click()
      await page.getByRole('heading', { name: 'Data' }).waitFor()
      await page.getByRole('alert').getByRole('button', { name: 'Try again' }).click()
      await says(page, 'The server does not answer.')
      await server.startAgain()
      await says(page, 'No data set yet.')
      await page.getByText('The server does not answer.').filter({ visible: true }).first().waitFor({ state: 'detached' })
      await context.close()
    } finally {
      await server.close()
    }
  })

  test('a slow server moves nothing that stands', async () => {
    await askAgain(people['data-scientist'], 'credit-risk', 'A request that waits is shown in the inbox')
    const moved = []
    for (const { name, user, path, says: words, why } of pages(of)) {
      if (!user) continue
      const page = await open(user, '/ui/admin', { why })
      // What moves after somebody could have seen it, as the browser itself counts it.
      await page.addInitScript(() => {
        globalThis.shifts = []
        new PerformanceObserver((list) => {
          for (const each of list.getEntries())
            if (!each.hadRecentInput)
              globalThis.shifts.push([each.value, ...each.sources.map(({ node }) => node?.className || node?.nodeName).slice(0, 3)])
        }).observe({ type: 'layout-shift', buffered: true })
      })
      const client = await page.context().newCDPSession(page)
      await client.send('Network.emulateNetworkConditions', { offline: false, latency: 300, downloadThroughput: -1, uploadThroughput: -1 })
      await page.goto(url + path)
      for (const text of words) await page.getByText(text).filter({ visible: true }).first().waitFor()
      await page.waitForLoadState('networkidle')
      const shifts = await page.evaluate(() => globalThis.shifts)
      const sum = shifts.reduce((all, [value]) => all + value, 0)
      if (sum > STILL) moved.push(`${name}: ${sum.toFixed(3)} ${JSON.stringify(shifts.toSorted((a, b) => b[0] - a[0]).slice(0, 3))}`)
      await page.close()
    }
    assert.deepEqual(moved, [])
  })
}

/** Most layout shift of a page that Web Vitals call good. */
const STILL = 0.1
