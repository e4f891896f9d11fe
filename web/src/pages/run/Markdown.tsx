import type { ReactNode } from 'react'

// The part of Markdown that notes of runs use, as elements: what stands in a file never becomes code of the page.

const INLINE = /(`[^`]+`|\*\*[^*]+\*\*|\*[^*\s][^*]*\*)/

const inline = (text: string): ReactNode[] =>
  text.split(INLINE).map((part, i) => {
    if (part.startsWith('`')) return <code key={i}>{part.slice(1, -1)}</code>
    if (part.startsWith('**')) return <b key={i}>{part.slice(2, -2)}</b>
    if (part.startsWith('*') && part.length > 2) return <em key={i}>{part.slice(1, -1)}</em>
    return part
  })

const HEADS = ['h3', 'h4', 'h5', 'h6'] as const

/** Headings, lists, fenced code, paragraphs; emphasis and code within them. Links stay text. */
export function Markdown({ text }: { text: string }) {
  const blocks: ReactNode[] = []
  const lines = text.split('\n')
  for (let i = 0; i < lines.length; ) {
    const line = lines[i] ?? ''
    const key = i
    const head = /^(#{1,6})\s+(.*)$/.exec(line)
    if (head) {
      const Tag = HEADS[Math.min(HEADS.length, head[1]?.length ?? 1) - 1] ?? 'h6'
      blocks.push(<Tag key={key}>{inline(head[2] ?? '')}</Tag>)
      i++
    } else if (line.startsWith('```')) {
      const body: string[] = []
      for (i++; i < lines.length && !lines[i]?.startsWith('```'); i++) body.push(lines[i] ?? '')
      i++
      blocks.push(
        <pre key={key} className="cmd">
          {body.join('\n')}
        </pre>,
      )
    } else if (/^\s*([-*]|\d+\.)\s+/.test(line)) {
      const items: ReactNode[] = []
      const isNumbered = /^\s*\d/.test(line)
      for (; i < lines.length && /^\s*([-*]|\d+\.)\s+/.test(lines[i] ?? ''); i++)
        items.push(<li key={i}>{inline((lines[i] ?? '').replace(/^\s*([-*]|\d+\.)\s+/, ''))}</li>)
      blocks.push(isNumbered ? <ol key={key}>{items}</ol> : <ul key={key}>{items}</ul>)
    } else if (line.trim() === '') i++
    else {
      const words: string[] = []
      for (; i < lines.length && (lines[i] ?? '').trim() !== '' && !/^(#|```|\s*[-*]\s)/.test(lines[i] ?? ''); i++)
        words.push(lines[i] ?? '')
      if (!words.length) words.push(lines[i++] ?? '')
      blocks.push(<p key={key}>{inline(words.join(' '))}</p>)
    }
  }
  return <div className="prose">{blocks}</div>
}
