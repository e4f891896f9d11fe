import { useEffect, useRef, useState } from 'react'
import { count } from '../../parts/format.ts'
import { Failure, Loading } from '../../parts/states.tsx'

/** Pages that are drawn; the file holds all. */
const MOST = 20
const WIDTH = 900

/** A PDF drawn page by page onto canvases: nothing of it is run, and its links lead nowhere. */
export function Pdf({ name, href }: { name: string; href: string }) {
  const box = useRef<HTMLDivElement>(null)
  const [pages, setPages] = useState<number | null>(null)
  const [error, setError] = useState<unknown>(null)
  useEffect(() => {
    const at = box.current
    if (!at) return
    const stop = new AbortController()
    draw(href, at, stop.signal)
      .then(setPages)
      .catch((e) => {
        if (!stop.signal.aborted) setError(e)
      })
    return () => stop.abort()
  }, [href])
  return (
    <div className="b pdf">
      {pages === null && error === null && <Loading height={300} />}
      {error !== null && <Failure error={new Error(`${name} cannot be drawn; download it. ${messageOf(error)}`)} />}
      <div ref={box} role="img" aria-label={`${name}, ${pages ?? 'some'} pages`} />
      {pages !== null && pages > MOST && (
        <p className="empty">
          The first {MOST} of {count(pages)} pages; download the file for all.
        </p>
      )}
    </div>
  )
}

const messageOf = (error: unknown) => (error instanceof Error ? error.message : '')

const draw = async (href: string, into: HTMLElement, stop: AbortSignal): Promise<number> => {
  const answer = await fetch(href, { credentials: 'same-origin', signal: stop })
  if (!answer.ok) throw new Error(`The server answered with status ${answer.status}.`)
  const data = new Uint8Array(await answer.arrayBuffer())
  const pdf = await import('pdfjs-dist')
  // The page's policy lets no worker start from elsewhere; on this thread it reads the few pages that are shown.
  Object.assign(globalThis, { pdfjsWorker: await import('pdfjs-dist/build/pdf.worker.mjs') })
  const task = pdf.getDocument({ data, enableXfa: false, useWasm: false })
  const document = await task.promise
  try {
    for (let number = 1; number <= Math.min(document.numPages, MOST) && !stop.aborted; number++) {
      const page = await document.getPage(number)
      const size = page.getViewport({ scale: 1 })
      const viewport = page.getViewport({ scale: Math.min(2, (WIDTH / size.width) * Math.min(devicePixelRatio, 2)) })
      const canvas = globalThis.document.createElement('canvas')
      canvas.width = viewport.width
      canvas.height = viewport.height
      into.append(canvas)
      await page.render({ canvas, viewport }).promise
    }
    return document.numPages
  } finally {
    await task.destroy()
  }
}
