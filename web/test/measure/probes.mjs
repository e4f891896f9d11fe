// What a browser can tell of its own pace.
import { readFileSync } from 'node:fs'

/** Records a trace of the browser while something is done; the longest task of the page's main thread, by the clock and of the processor. */
export const traced = async (page, work) => {
  const events = []
  const off = page.on('Tracing.dataCollected', ({ value }) => {
    for (const each of value) events.push(each)
  })
  const done = new Promise((resolve) => page.on('Tracing.tracingComplete', resolve))
  await page.send('Tracing.start', {
    transferMode: 'ReportEvents',
    traceConfig: { includedCategories: ['devtools.timeline', 'disabled-by-default-devtools.timeline', 'toplevel'] },
  })
  const answer = await work()
  await page.send('Tracing.end')
  await done
  off()
  const main = new Set(events.filter((each) => each.name === 'thread_name' && each.args?.name === 'CrRendererMain').map((each) => `${each.pid} ${each.tid}`))
  const tasks = events.filter((each) => each.ph === 'X' && each.name === 'RunTask' && main.has(`${each.pid} ${each.tid}`))
  const most = (field) => tasks.reduce((most, each) => Math.max(most, (each[field] ?? 0) / 1000), 0)
  // What a task took of a processor says what the page asks for, whatever else runs on the machine.
  return { answer, events, longestTask: most('dur'), longestOfProcessor: most('tdur') }
}

/** Scrolls a box as a wheel does for some time; how long the frames were. */
export const frames = (page, selector, length, way = 1) =>
  page.evaluate(
    ([selector, length, way]) =>
      new Promise((done) => {
        const box = document.querySelector(selector)
        const from = box.scrollTop
        const began = performance.now()
        let last = began
        let pixels = 0
        const all = []
        const step = (now) => {
          if (all.length || now > began) all.push(now - last)
          last = now
          const before = box.scrollTop
          box.scrollTop += 120 * way
          pixels += Math.abs(box.scrollTop - before)
          if (now - began < length) requestAnimationFrame(step)
          else {
            // The first frame waits for the probe itself.
            const frames = all.slice(2)
            done({ pixels, from, count: frames.length, longest: Math.max(...frames), late: frames.filter((each) => each > 50).length })
          }
        }
        requestAnimationFrame(step)
      }),
    [selector, length, way],
  )

/** Megabytes of the page's own heap after a collection, and of its process alone. */
export const memory = async (browser, page) => {
  await page.send('HeapProfiler.enable')
  await page.send('HeapProfiler.collectGarbage')
  await page.send('HeapProfiler.disable')
  const { usedSize } = await page.send('Runtime.getHeapUsage')
  const { processInfo } = await browser.send('SystemInfo.getProcessInfo')
  const renderers = processInfo.filter((each) => each.type === 'renderer').map((each) => privateOf(each.id))
  return { heap: Math.round(usedSize / 1e6), renderer: Math.max(...renderers) }
}

const privateOf = (pid) => {
  const text = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8')
  const kilobytes = (name) => Number(text.match(new RegExp(`^${name}:\\s+(\\d+)`, 'm'))?.[1] ?? 0)
  return Math.round((kilobytes('Private_Clean') + kilobytes('Private_Dirty')) / 1000)
}
