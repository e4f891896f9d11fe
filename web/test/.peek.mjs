import { launch } from '/work/wt-web/web/test/browser.mjs'
import { stage } from '/work/wt-web/web/test/stage.mjs'
const scene = await stage('http://127.0.0.1:7171', '/tmp/webdata/a')
const surf = await launch(scene.url)
const of = scene.of
const list = {
  runs: ['data-scientist', `/ui/experiments/${of.experiment}?group=tags.family`],
  scatter: ['data-scientist', `/ui/experiments/${of.experiment}?tab=charts&plot=scatter`],
  parallel: ['data-scientist', `/ui/experiments/${of.experiment}?tab=charts&plot=parallel`],
  bars: ['data-scientist', `/ui/experiments/${of.experiment}?tab=charts&plot=bars`],
  boxes: ['data-scientist', `/ui/experiments/${of.experiment}?tab=charts&plot=boxes`],
  compare: ['data-scientist', `/ui/compare?runs=${[of.run, ...of.runs.slice(0, 3)].join(',')}`],
  decisions: ['case-worker', '/ui/decisions'],
  audit: ['auditor', `/ui/audit?entry=${of.entry}`],
  checkpoints: ['auditor', `/ui/audit?tab=checkpoints`],
}
const only = process.argv[2]?.split(',')
for (const [name, [user, path]] of Object.entries(list)) {
  if (only && !only.includes(name)) continue
  const page = await surf.open(await surf.as(scene.tokens[user]), path, { why: true })
  await page.waitForTimeout(1200)
  await page.screenshot({ path: `/tmp/peek-${name}.png`, fullPage: true })
  await page.close()
}
console.log(surf.complaints.slice(0, 10))
await surf.close()
