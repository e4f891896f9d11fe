// A chart as a picture that stands alone: on the page's ground, with its title and the names of its lines.
import { COLOURS } from './colours.ts'
import { download } from './download.ts'

const PAD = 16
const TITLE = 28
const LINE = 18

export const saveCanvas = (drawn: HTMLCanvasElement, title: string, names: string[]) => {
  const css = getComputedStyle(document.documentElement)
  const colour = (name: string) => css.getPropertyValue(name).trim()
  const scale = drawn.width / (drawn.clientWidth || drawn.width)
  const shown = names.length > COLOURS ? [] : names
  const height = drawn.height / scale
  const canvas = document.createElement('canvas')
  canvas.width = drawn.width + 2 * PAD * scale
  canvas.height = (2 * PAD + TITLE + height + shown.length * LINE) * scale
  const context = canvas.getContext('2d')
  if (!context) return
  context.fillStyle = colour('--sf')
  context.fillRect(0, 0, canvas.width, canvas.height)
  context.drawImage(drawn, PAD * scale, (PAD + TITLE) * scale)
  context.scale(scale, scale)
  context.fillStyle = colour('--tx')
  context.font = '600 14px Inter, system-ui'
  context.fillText(title, PAD, PAD + 14)
  context.font = '12px Inter, system-ui'
  shown.forEach((name, i) => {
    const y = PAD + TITLE + height + i * LINE
    context.fillStyle = colour(`--c${i + 1}`)
    context.fillRect(PAD, y + 3, 9, 9)
    context.fillStyle = colour('--t2')
    context.fillText(name, PAD + 15, y + 12)
  })
  canvas.toBlob((blob) => blob && download(blob, `${title}.png`))
}
