// Every page: what stands on it, no violation of WCAG 2.2 AA by axe in both themes and both widths, nothing the browser complains of.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import AxeBuilder from '@axe-core/playwright'
import { kept, written } from '../types.mjs'
import { launch } from './browser.mjs'
import { pages } from './pages.mjs'
import { stage } from './stage.mjs'

const scene = await stage(process.env.CLEW_URL, process.env.CLEW_DATA)
const WIDTHS = [1280, 390]
const THEMES = ['light', 'dark']
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']

let surf
before(async () => {
  surf = await launch(scene.url)
})
after(async () => {
  await surf?.close()
})

const violations = async (page) => {
  const { violations } = await new AxeBuilder({ page }).withTags(RULES).analyze()
  return violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.target.join(' ')} ${node.failureSummary ?? ''}`))
}

describe('pages', () => {
  test('types of the interface are what the server says', async () => {
    const document = await (await fetch(`${scene.url}/api/clew/v1/openapi.json`)).json()
    assert.equal(kept(), written(document), 'src/api/schema.ts is old; npm run types')
  })

  for (const { name, user, path, says, why } of pages(scene.of)) {
    test(name, async () => {
      const context = await surf.as(user && scene.tokens[user])
      const page = await surf.open(context, path, { why })
      for (const text of says) await page.getByText(text).filter({ visible: true }).first().waitFor()
      const found = []
      for (const width of WIDTHS) {
        await page.setViewportSize({ width, height: 900 })
        const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
        if (wide > 0) found.push(`at ${width} px the page scrolls sideways by ${wide} px`)
        for (const theme of THEMES) {
          await page.evaluate((next) => {
            document.documentElement.dataset.theme = next
          }, theme)
          for (const each of await violations(page)) found.push(`${width} px, ${theme}: ${each}`)
        }
      }
      assert.deepEqual(found, [])
      const complaints = surf.complaints.filter((each) => each.page === page.url())
      assert.deepEqual(complaints, [])
      await page.close()
    })
  }
})
