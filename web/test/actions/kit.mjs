// What tests of actions have in common: pages of somebody, watched, and what is done on them by hand.
import assert from 'node:assert/strict'
import { after, before, beforeEach } from 'node:test'
import { createServer } from 'vite'
import { watch } from '../actions.mjs'
import { launch } from '../browser.mjs'
import { stage } from '../stage.mjs'

export const REASON = 'Checked in the tests of the pages'

/** Tests about the tests. */
const SUMS = /^(no action |what every page must)/

/** @returns the stage, the browser, and hands; to be called where tests are declared */
export const kit = async () => {
  const scene = await stage(process.env.CLEW_URL, process.env.CLEW_DATA)
  const seen = new Map()
  const refused = new Map()
  const watched = new Set()
  let surf
  let now = ''
  before(async () => {
    surf = await launch(scene.url)
  })
  after(async () => {
    await surf?.close()
  })
  const ran = new Set()
  beforeEach((context) => {
    now = context.name
    if (!SUMS.test(now)) ran.add(now)
  })
  const noted = (context) => {
    if (!watched.has(context)) watch(context, seen, refused, () => now)
    watched.add(context)
    return context
  }
  return {
    ...scene,
    /** Which calls the pages were seen to make, with the tests they made them in. */
    seen,
    /** Which of them the server was seen to refuse, with the tests. */
    refused,
    /** Names of the tests that ran so far. */
    ran,
    complaints: () => surf.complaints,
    /** A context in which nobody is signed in yet. */
    stranger: async () => noted(await surf.browser.newContext()),
    /** A page of somebody; `null` for nobody. */
    open: async (user, path, options) => surf.open(noted(await surf.as(user && scene.tokens[user])), path, options),
  }
}

/** A module of the pages, to be asked directly. @param path from the folder of the pages */
export const source = async (path) => {
  const vite = await createServer({ root: new URL('../..', import.meta.url).pathname, server: { middlewareMode: true }, appType: 'custom', logLevel: 'error' })
  try {
    return await vite.ssrLoadModule(path)
  } finally {
    await vite.close()
  }
}

export const button = (page, name) => page.getByRole('button', { name, exact: true })
export const says = (page, text) => page.getByText(text).filter({ visible: true }).first().waitFor()

/** Fills in the dialog's reason and sends it. */
export const giveReason = async (page, action) => {
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Your reason').fill('short')
  assert.equal(await dialog.getByRole('button', { name: action }).isDisabled(), true, 'a reason says something')
  await dialog.getByLabel('Your reason').fill(REASON)
  await dialog.getByRole('button', { name: action }).click()
}
/**
 * What a script of this page would get for a call that the page does not offer: with its session, and with its proof of being a page of
 * this server.
 */
export const asked = (page, method, path, body, headers = {}) =>
  page.evaluate(
    async ({ method, path, body, headers }) => {
      const { csrf } = JSON.parse(document.querySelector('meta[name=session]').content)
      const answer = await fetch(path, {
        method,
        headers: { 'Content-Type': 'application/json', 'X-Clew-Csrf': csrf, ...headers },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      })
      return { status: answer.status, text: await answer.text() }
    },
    { method, path, body, headers },
  )
export const closed = (page) => page.getByRole('dialog').waitFor({ state: 'detached' })
