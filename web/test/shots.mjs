// Pictures of every page at both widths and in both themes: node test/shots.mjs FOLDER, with CLEW_URL and CLEW_DATA of a demo.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { launch } from './browser.mjs'
import { pages } from './pages.mjs'
import { stage } from './stage.mjs'

/** The page as WebP, which takes a third of what PNG does; wide ones to their end. */
const picture = async (page, path, isWhole) => {
  const client = await page.context().newCDPSession(page)
  const { cssContentSize, cssVisualViewport } = await client.send('Page.getLayoutMetrics')
  const height = isWhole ? Math.min(cssContentSize.height, TALLEST) : cssVisualViewport.clientHeight
  const { data } = await client.send('Page.captureScreenshot', {
    format: 'webp',
    quality: 82,
    captureBeyondViewport: isWhole,
    clip: { x: 0, y: 0, width: cssVisualViewport.clientWidth, height, scale: 1 },
  })
  await client.detach()
  writeFileSync(path, Buffer.from(data, 'base64'))
}

const TALLEST = 2_000

const [folder = '../docs/images', only] = process.argv.slice(2)
const scene = await stage(process.env.CLEW_URL, process.env.CLEW_DATA)
const surf = await launch(scene.url)
mkdirSync(folder, { recursive: true })
for (const { name, user, path, says, why } of pages(scene.of)) {
  if (only && !only.split(',').includes(name)) continue
  const page = await surf.open(await surf.as(user && scene.tokens[user]), path, { why })
  for (const text of says) await page.getByText(text).filter({ visible: true }).first().waitFor()
  for (const width of [1280, 390]) {
    await page.setViewportSize({ width, height: width > 640 ? 900 : 844 })
    for (const theme of ['light', 'dark']) {
      await page.evaluate((next) => {
        document.documentElement.dataset.theme = next
      }, theme)
      await picture(page, join(folder, `${name}-${width}-${theme}.webp`), width > 640)
    }
  }
  await page.close()
}
await surf.close()
