// A server that holds nothing yet: what to do first.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { button, says } from './kit.mjs'
import { serve } from './server.mjs'

/** The empty server that was given, or one of its own. */
const served = async () => (process.env.CLEW_EMPTY ? { url: process.env.CLEW_EMPTY, close: async () => undefined } : serve())

/** @param of the kit */
export const empty = ({ stranger }) => {
  test('an empty server tells the first steps, and loses them with the first run', async () => {
    const server = await served()
    try {
      const page = await (await stranger()).newPage()
      await page.goto(server.url)
      for (const words of ['First steps', 'Log a run from Python', 'Log a run from Java', 'Record a decision']) await says(page, words)
      assert.ok((await page.getByRole('button', { name: 'Copy line' }).count()) >= 3)
      for (const [path, words] of [
        ['/ui/models', 'No model is registered yet.'],
        ['/ui/data', 'No data set yet.'],
        ['/ui/deployments', 'Nothing was deployed yet.'],
        ['/ui/approvals', 'Nothing waits for a vote.'],
        ['/ui/decisions', 'No decision'],
      ]) {
        await page.goto(server.url + path)
        await says(page, words)
      }
      const made = await page.request.post(`${server.url}/api/2.0/mlflow/runs/create`, {
        data: { experiment_id: '0', run_name: 'the-first', start_time: 1 },
      })
      assert.equal(made.status(), 200)
      await page.goto(server.url)
      await says(page, 'the-first')
      assert.equal(await page.getByText('First steps').count(), 0)
    } finally {
      await server.close()
    }
  })

  test('a new server tells at its door how the first user is made, and lets it in', async () => {
    // Behind a proxy nobody counts as this machine: without a user nobody gets in.
    const server = await serve('http.trusted_proxies=127.0.0.1')
    try {
      const context = await stranger()
      const page = await context.newPage()
      await page.goto(server.url)
      await page.getByRole('heading', { name: 'Sign in to Clew' }).waitFor()
      await page.getByText('No user yet?').click()
      await says(page, 'keys/bootstrap.token')
      await page.getByLabel('Token of the start').fill('clwb_wrong')
      await page.getByLabel('Name of the first user').fill('ada')
      await page.getByLabel('New password').fill('a password of the tests')
      await button(page, 'Make and sign in').click()
      await page.getByRole('alert').waitFor()
      const used = server.token()
      await page.getByLabel('Token of the start').fill(used)
      await button(page, 'Make and sign in').click()
      await page.getByRole('heading', { name: 'Home' }).waitFor()
      const again = await page.request.post(`${server.url}/api/clew/v1/users`, {
        data: { name: 'eve', role: 'SA' },
        headers: { Authorization: `Bearer ${used}` },
      })
      assert.equal(again.status(), 401, 'it makes one user')
      await page.goto(`${server.url}/ui/admin`)
      await page.getByRole('button', { name: 'Take role PA from ada' }).waitFor()
      await context.close()
    } finally {
      await server.close()
    }
  })
}
