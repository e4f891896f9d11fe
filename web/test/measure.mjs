// How fast pages are: first load, many runs, long series, a wide thread. On a server that knows no users, which is filled once.
//   CLEW_URL=http://127.0.0.1:7070 npm run measure [load,runs,chart,thread,rival] [--trace=FOLDER]
// With RIVAL_URL=…, RIVAL_EXPERIMENT=… the walk through many runs is done in MLflow's pages too.
import { readFileSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { bare } from './measure/bare.mjs'
import { longSeries, manyRuns, wideThread } from './measure/fill.mjs'
import { frames, memory, traced } from './measure/probes.mjs'

const RUNS = Number(process.env.CLEW_RUNS ?? 100_000)
const REPEATS = 5
const url = process.env.CLEW_URL
const parts = (process.argv[2]?.startsWith('--') ? '' : (process.argv[2] ?? '')).split(',').filter(Boolean)
const folder = process.argv.find((each) => each.startsWith('--trace='))?.slice(8)
const wanted = (part) => parts.length === 0 || parts.includes(part)
const results = {}

const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]
const told = (name, value, bar) => {
  results[name] = value
  console.log(`${name.padEnd(58)} ${String(value).padStart(9)}   ${bar ?? ''}`)
}

const browser = await bare()
const pause = (ms) => new Promise((done) => setTimeout(done, ms))

/** Milliseconds from one moment in a page to the frame in which something stands on it. */
const until = (page, selector, least = 1) =>
  page.evaluate(
    ([selector, least]) =>
      new Promise((done) => {
        const look = () => {
          if (document.querySelectorAll(selector).length >= least) requestAnimationFrame(() => done(performance.now()))
          else requestAnimationFrame(look)
        }
        look()
      }),
    [selector, least],
  )

/** Kilobytes of script that a page names and what it asked for until it was usable, as gzip. */
const scripts = async (page) => {
  const names = await page.evaluate(() =>
    performance
      .getEntriesByType('resource')
      .map((each) => each.name)
      .filter((name) => name.endsWith('.js')),
  )
  const bodies = await Promise.all(names.map(async (name) => Buffer.from(await (await fetch(name)).arrayBuffer())))
  return bodies.reduce((sum, body) => sum + gzipSync(body, { level: 9 }).length, 0) / 1000
}

const load = async () => {
  const times = []
  let script = 0
  for (let i = 0; i < REPEATS; i++) {
    const page = await browser.open()
    await page.send('Emulation.setCPUThrottlingRate', { rate: 4 })
    await page.goto(url)
    times.push(await until(page, '.page .card table tr, .page .cmd'))
    script = await scripts(page)
    await page.close()
  }
  told('first load: script, kB gzip', script.toFixed(1), 'bar 220')
  told('first load: home usable at 4x CPU throttling, ms', Math.round(median(times)), 'bar 1 000')
  told('first load: the same, best of all visits, ms', Math.round(Math.min(...times)))
}

/** Opens where a walk begins, and waits until it is quiet there. */
const atStart = async ({ start, link }) => {
  const page = await browser.open()
  await page.goto(start)
  await page.see(link)
  await pause(1_500)
  return page
}

/** To the rows, through them, and what that takes; the same in either program's pages. */
const walk = async (name, { start, link, hash, rows, scroller, most = 1 }) => {
  const own = name === 'clew'
  const go = (page) =>
    page.evaluate(
      ([link, hash]) => {
        const at = performance.now()
        if (hash) location.hash = hash
        else document.querySelector(link).click()
        return at
      },
      [link, hash],
    )
  const first = []
  for (let i = 0; i < REPEATS; i++) {
    const page = await atStart({ start, link })
    // The first press loads code; a person's second visit has it. Both count: this is the first.
    const begun = await go(page)
    first.push((await until(page, rows, most)) - begun)
    await page.close()
  }
  told(`${name}: first rows after navigation, ms`, Math.round(median(first)), own ? 'bar 300' : '')
  const page = await atStart({ start, link })
  await go(page)
  await page.see(rows)
  await pause(1_500)
  const trace = await traced(page, () => frames(page, scroller, 10_000))
  told(`${name}: scrolled for 10 s, pixels`, trace.answer.pixels)
  told(`${name}: frames, longest, ms`, trace.answer.longest.toFixed(1), own ? 'bar 50' : '')
  told(`${name}: frames over 50 ms of all`, `${trace.answer.late}/${trace.answer.count}`)
  told(`${name}: longest task of the main thread, ms`, trace.longestTask.toFixed(1), own ? 'bar 50' : '')
  told(`${name}: the same, of the processor, ms`, trace.longestOfProcessor.toFixed(1))
  if (folder) {
    mkdirSync(folder, { recursive: true })
    writeFileSync(join(folder, `${name}-runs.json`), JSON.stringify(trace.events))
  }
  const used = await memory(browser, page)
  told(`${name}: heap after scrolling, MB`, used.heap, own ? 'bar 250' : '')
  told(`${name}: renderer process, MB`, used.renderer, own ? 'bar 250' : '')
  return page
}

const runs = async () => {
  const experiment = await manyRuns(url, RUNS)
  const rows = '[role=table] .vrow'
  const page = await walk('clew', {
    start: `${url}/ui/experiments`,
    link: `a[href="/ui/experiments/${experiment}"]`,
    rows,
    scroller: '.vrows',
    most: 10,
  })
  // All of them: to the end until nothing comes any more.
  const all = await page.evaluate(async (limit) => {
    const box = document.querySelector('.vrows')
    let still = 0
    let last = 0
    let longest = 0
    const began = performance.now()
    let frame = await new Promise((done) => requestAnimationFrame(done))
    while (still < 120 && performance.now() - began < 180_000) {
      box.scrollTop = box.scrollHeight
      const at = await new Promise((done) => requestAnimationFrame(done))
      longest = Math.max(longest, at - frame)
      frame = at
      const now = Number(box.getAttribute('aria-rowcount')) - 1
      still = now === last ? still + 1 : 0
      last = now
      if (now >= limit) break
    }
    return { rows: last, ms: performance.now() - began, longest }
  }, RUNS)
  told('clew: rows held at the end', all.rows)
  told('clew: seconds to the last row', (all.ms / 1000).toFixed(1))
  told('clew: longest frame until the last row, ms', all.longest.toFixed(1), 'bar 50')
  const used = await memory(browser, page)
  told('clew: heap with all rows, MB', used.heap, 'bar 250')
  told('clew: renderer process with all rows, MB', used.renderer, 'bar 250')
  const again = await traced(page, () => frames(page, '.vrows', 5_000, -1))
  told('clew: longest frame with all rows, ms', again.answer.longest.toFixed(1), 'bar 50')
  told('clew: longest task with all rows, of the processor, ms', again.longestOfProcessor.toFixed(1))
  await page.close()
}

const chart = async () => {
  const experiment = await longSeries(url, 100, 10_000)
  const drawn = []
  const moved = []
  for (let i = 0; i < REPEATS; i++) {
    const page = await atStart({ start: `${url}/ui/experiments/${experiment}`, link: '.vrow' })
    const before = await page.evaluate(() => {
      const at = performance.now()
      ;[...document.querySelectorAll('[role=tab]')].find((tab) => tab.textContent.includes('Charts')).click()
      return at
    })
    drawn.push((await until(page, '.ctl ~ .charts canvas')) - before)
    moved.push(
      await page.evaluate(
        async () => {
          const over = document.querySelector('.u-over')
          const { x, y: top, width, height } = over.getBoundingClientRect()
          const y = top + height / 2
          const took = []
          for (let step = 0; step < 60; step++) {
            const at = performance.now()
            over.dispatchEvent(new MouseEvent('mousemove', { bubbles: true, clientX: x + (width * step) / 60, clientY: y }))
            await new Promise((done) => requestAnimationFrame(() => setTimeout(done)))
            took.push(performance.now() - at)
          }
          return Math.max(...took)
        },
      ),
    )
    await page.close()
  }
  told('chart of 100 x 10 000 points: drawn, ms', Math.round(median(drawn)), 'bar 500')
  told('chart of 100 x 10 000 points: longest move of the pointer, ms', median(moved).toFixed(1), 'bar 50')
}

const thread = async () => {
  const version = await wideThread(url, 2_000)
  const times = []
  let nodes = ''
  for (let i = 0; i < REPEATS; i++) {
    const page = await browser.open()
    await page.goto(`${url}/ui/thread/dataset-version/${version}?way=down`)
    times.push(await until(page, '.graph a'))
    nodes = await page.evaluate(() => document.querySelector('.sub').innerText)
    await page.close()
  }
  told('thread: what is drawn', nodes)
  told('thread of 2 000 things: usable, ms', Math.round(median(times)), 'bar 1 000')
}

const rival = () =>
  walk('mlflow', {
    start: `${process.env.RIVAL_URL}/#/experiments`,
    link: `a[href*="/experiments/${process.env.RIVAL_EXPERIMENT}"]`,
    hash: `#/experiments/${process.env.RIVAL_EXPERIMENT}/runs`,
    rows: '[role=row][row-index]',
    scroller: '.ag-body-viewport',
    most: 10,
  }).then((page) => page.close())

if (wanted('load')) await load()
if (wanted('runs')) await runs()
if (wanted('chart')) await chart()
if (wanted('thread')) await thread()
if (process.env.RIVAL_URL && wanted('rival')) await rival()
const where = process.env.CLEW_MEASURED
if (where) writeFileSync(where, `${JSON.stringify({ cpu: readFileSync('/proc/cpuinfo', 'utf8').match(/model name\s*: (.*)/)?.[1], chromium: await browser.version(), runs: RUNS, results }, null, 2)}\n`)
await browser.close()
