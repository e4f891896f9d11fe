// Pictures of every page at both widths and in both themes: node test/shots.mjs FOLDER, with CLEW_URL and CLEW_DATA of a demo.
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { launch } from './browser.mjs'
import { pages } from './pages.mjs'
import { stage } from './stage.mjs'

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
      await page.screenshot({ path: join(folder, `${name}-${width}-${theme}.png`), fullPage: width > 640, animations: 'disabled' })
    }
  }
  await page.close()
}
await surf.close()
