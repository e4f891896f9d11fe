// Chromium as a person has it. What drives the tests of the pages listens to the network, and a browser that is listened to keeps every
// answer's body and a stack for every request in the page's own process: memory and time that would be counted as the page's.
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromiumPath } from '../browser.mjs'

const FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--no-first-run',
  '--disable-extensions',
  '--disable-background-networking',
  '--disable-component-update',
  '--enable-precise-memory-info',
  '--remote-debugging-pipe',
]
const SIZE = { width: 1280, height: 900 }
const PATIENCE = 60_000

/** A browser on a profile of its own; its pages share nothing with each other. */
export const bare = async () => {
  const profile = mkdtempSync(join(tmpdir(), 'clew-measured-'))
  const browser = spawn(chromiumPath(), [...FLAGS, `--user-data-dir=${profile}`], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'],
  })
  const ended = new Promise((done) => browser.once('exit', done))
  const waiting = new Map()
  const listeners = new Set()
  let said = ''
  let last = 0
  browser.stdio[4].setEncoding('utf8').on('data', (text) => {
    const all = (said + text).split('\0')
    said = all.pop()
    for (const { id, result, error, ...event } of all.map((each) => JSON.parse(each))) {
      if (id === undefined) for (const listener of listeners) listener(event)
      else if (error) waiting.get(id).fail(new Error(error.message))
      else waiting.get(id).done(result)
      waiting.delete(id)
    }
  })
  const send = (method, params = {}, sessionId = undefined) =>
    new Promise((done, fail) => {
      waiting.set(++last, { done, fail })
      browser.stdio[3].write(`${JSON.stringify({ id: last, method, params, sessionId })}\0`)
    })

  /** A page of a fresh profile. */
  const open = async () => {
    const { browserContextId } = await send('Target.createBrowserContext')
    const { targetId } = await send('Target.createTarget', { url: 'about:blank', browserContextId, ...SIZE })
    const { sessionId } = await send('Target.attachToTarget', { targetId, flatten: true })
    const within = (method, params) => send(method, params, sessionId)
    /** What a function answers in the page. */
    const evaluate = async (work, argument) => {
      const { result, exceptionDetails } = await within('Runtime.evaluate', {
        expression: `(${work})(${JSON.stringify(argument) ?? ''})`,
        awaitPromise: true,
        returnByValue: true,
      })
      if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text)
      return result.value
    }
    return {
      send: within,
      evaluate,
      /** Goes there; comes back as soon as the page has begun. */
      goto: async (url) => {
        const { errorText } = await within('Page.navigate', { url })
        if (errorText) throw new Error(`${url}: ${errorText}`)
      },
      /** Comes back when something stands on the page. */
      see: (selector) =>
        evaluate(
          ([selector, patience]) =>
            new Promise((done, fail) => {
              const look = () => {
                if (document.querySelector(selector)) done()
                else if (performance.now() > patience) fail(new Error(`There is no ${selector} on ${location.href}.`))
                else setTimeout(look, 20)
              }
              look()
            }),
          [selector, PATIENCE],
        ),
      on: (method, work) => {
        const listener = (event) => event.method === method && event.sessionId === sessionId && work(event.params)
        listeners.add(listener)
        return () => listeners.delete(listener)
      },
      close: () => send('Target.disposeBrowserContext', { browserContextId }),
    }
  }
  return {
    send,
    open,
    version: async () => (await send('Browser.getVersion')).product,
    close: async () => {
      await send('Browser.close').catch(() => undefined)
      await ended
      rmSync(profile, { recursive: true, force: true })
    },
  }
}
