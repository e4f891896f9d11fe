// Two texts line by line.

export interface Piece {
  kind: 'same' | 'add' | 'cut' | 'at'
  text: string
}

/** Lines beyond which a text is not compared. */
export const MOST_LINES = 3_000
/** Equal lines shown around a change. */
const AROUND = 3

/** Longest common subsequence; equal ends are left out of the table first. */
export const lineDiff = (before: string, after: string): Piece[] => {
  const a = before.split('\n')
  const b = after.split('\n')
  let head = 0
  while (head < a.length && head < b.length && a[head] === b[head]) head++
  let tail = 0
  while (tail < a.length - head && tail < b.length - head && a[a.length - 1 - tail] === b[b.length - 1 - tail]) tail++
  const left = a.slice(head, a.length - tail)
  const right = b.slice(head, b.length - tail)
  const wide = right.length + 1
  const longest = new Uint16Array((left.length + 1) * wide)
  const at = (i: number, j: number) => longest[i * wide + j] ?? 0
  for (let i = left.length - 1; i >= 0; i--)
    for (let j = right.length - 1; j >= 0; j--)
      longest[i * wide + j] = left[i] === right[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1))
  const pieces: Piece[] = a.slice(0, head).map((text) => ({ kind: 'same', text }))
  let i = 0
  let j = 0
  while (i < left.length || j < right.length) {
    if (i < left.length && j < right.length && left[i] === right[j]) {
      pieces.push({ kind: 'same', text: left[i] ?? '' })
      i++
      j++
    } else if (i < left.length && (j >= right.length || at(i + 1, j) >= at(i, j + 1))) {
      pieces.push({ kind: 'cut', text: left[i++] ?? '' })
    } else pieces.push({ kind: 'add', text: right[j++] ?? '' })
  }
  for (const text of a.slice(a.length - tail)) pieces.push({ kind: 'same', text })
  return pieces
}

/** Changes with a few lines around them; what is left out is said. */
export const condensed = (pieces: Piece[]): Piece[] => {
  const near = pieces.map(() => false)
  pieces.forEach((piece, i) => {
    if (piece.kind === 'same') return
    for (let k = Math.max(0, i - AROUND); k <= Math.min(pieces.length - 1, i + AROUND); k++) near[k] = true
  })
  const shown: Piece[] = []
  let left = 0
  const gap = () => {
    if (left) shown.push({ kind: 'at', text: `${left} equal ${left === 1 ? 'line' : 'lines'}` })
    left = 0
  }
  pieces.forEach((piece, i) => {
    if (!near[i]) {
      left++
      return
    }
    gap()
    shown.push(piece)
  })
  gap()
  return shown
}
