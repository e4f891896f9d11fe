// The browser of these tests: the system's Chromium, one context a person, everything the page complains about kept.
import { existsSync } from 'node:fs'
import { chromium } from 'playwright-core'

const PLACES = [process.env.CLEW_CHROMIUM, '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']

export const chromiumPath = () => {
  const found = PLACES.find((path) => path && existsSync(path))
  if (!found) throw new Error('Chromium is not installed: apt-get install chromium, or say where it is with CLEW_CHROMIUM.')
  return found
}

export const WHY = { purpose: 'complaint', reason: 'request; The applicant asks why' }

export const launch = async (url) => {
  const browser = await chromium.launch({
    executablePath: chromiumPath(),
    // Inside a container the sandbox of the browser itself cannot be set up; the pages come from 127.0.0.1 alone.
    args: ['--no-sandbox', '--disable-gpu', '--font-render-hinting=none'],
  })
  const contexts = new Map()
  const complaints = []

  /** A context in which somebody is signed in; null for nobody. */
  const as = async (token, options = {}) => {
    const key = `${token}${JSON.stringify(options)}`
    if (contexts.has(key)) return contexts.get(key)
    const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, reducedMotion: 'reduce', ...options })
    context.setDefaultTimeout(15_000)
    await context.addInitScript(() => {
      addEventListener('securitypolicyviolation', (e) =>
        console.error(`CSP ${e.effectiveDirective} ${e.blockedURI} ${e.sourceFile ?? ''}:${e.lineNumber} in ${location.href}`),
      )
    })
    context.on('page', (page) => {
      page.on('console', (message) => {
        if (message.type() === 'error') complaints.push({ page: page.url(), text: message.text(), at: message.location().url })
      })
      page.on('pageerror', (error) => complaints.push({ page: page.url(), text: `thrown: ${error.message}`, at: error.stack }))
      page.on('dialog', (dialog) => {
        complaints.push({ page: page.url(), text: `dialog: ${dialog.message()}` })
        void dialog.dismiss()
      })
    })
    if (token) {
      const answer = await context.request.post(`${url}/api/clew/v1/session`, { data: { token } })
      if (!answer.ok()) throw new Error(`signing in: ${answer.status()} ${await answer.text()}`)
    }
    contexts.set(key, context)
    return context
  }

  /** A page of somebody, open at a path, with all that it asked for answered. */
  const open = async (context, path, { why = false } = {}) => {
    const page = await context.newPage()
    if (why)
      await page.addInitScript((said) => {
        // Frames of the sandbox have no storage.
        if (self === top) sessionStorage.setItem('clew-why', JSON.stringify(said))
      }, WHY)
    await page.goto(url + path)
    await page.waitForLoadState('networkidle')
    return page
  }

  return { as, open, complaints, browser, close: () => browser.close() }
}
