// A drawing as a file: with the colours it has on the page, since a file knows no style sheet.
import { download } from './download.ts'

const KEPT = ['fill', 'stroke', 'stroke-width', 'stroke-dasharray', 'opacity', 'font-family', 'font-size', 'font-weight']

const standalone = (svg: SVGSVGElement): string => {
  const copy = svg.cloneNode(true) as SVGSVGElement
  const { width, height } = svg.getBoundingClientRect()
  copy.setAttribute('xmlns', 'http://www.w3.org/2000/svg')
  copy.setAttribute('width', String(width))
  copy.setAttribute('height', String(height))
  const before = svg.querySelectorAll('*')
  const after = copy.querySelectorAll('*')
  before.forEach((element, i) => {
    const style = getComputedStyle(element)
    for (const name of KEPT) after[i]?.setAttribute(name, style.getPropertyValue(name))
  })
  return new XMLSerializer().serializeToString(copy)
}

export const saveSvg = (svg: SVGSVGElement, name: string) =>
  download(new Blob([standalone(svg)], { type: 'image/svg+xml' }), `${name}.svg`)

export const savePng = async (svg: SVGSVGElement, name: string) => {
  const image = new Image()
  image.src = `data:image/svg+xml,${encodeURIComponent(standalone(svg))}`
  await image.decode()
  const canvas = document.createElement('canvas')
  canvas.width = image.width * 2
  canvas.height = image.height * 2
  const context = canvas.getContext('2d')
  if (!context) return
  context.fillStyle = getComputedStyle(document.documentElement).getPropertyValue('--sf')
  context.fillRect(0, 0, canvas.width, canvas.height)
  context.drawImage(image, 0, 0, canvas.width, canvas.height)
  canvas.toBlob((blob) => blob && download(blob, `${name}.png`))
}
