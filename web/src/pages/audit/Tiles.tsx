import { useHead } from '../../app/useHead.ts'
import { count } from '../../parts/format.ts'
import { Card } from '../../parts/layout.tsx'
import { Table } from '../../parts/Table.tsx'

/** Hashes of a full tile, and entries of a full bundle. */
const WIDTH = 256

/** Its number in groups of three digits, as paths of tiles are written (C2SP tlog-tiles). */
const numbered = (index: number): string => {
  const digits = String(index)
  const groups = digits.padStart(Math.ceil(digits.length / 3) * 3, '0').match(/.{3}/g) ?? []
  return groups.map((group, i) => (i < groups.length - 1 ? `x${group}` : group)).join('/')
}

interface Level {
  name: string
  path: string
  hashes: number
}

/** Levels of a log: its entries, and each tile of a level is one hash of the next. */
const levelsOf = (size: number): Level[] => {
  const levels: Level[] = [{ name: 'entries', path: 'entries', hashes: size }]
  for (let level = 0, hashes = size; hashes > 0; level++, hashes = Math.floor(hashes / WIDTH))
    levels.push({ name: `level ${level}`, path: String(level), hashes })
  return levels
}

/** What the log is served as: anyone can fetch it and compute the root again. */
export function Tiles() {
  const size = useHead().data?.size
  if (!size) return null
  return (
    <Card title="Tiles" right={`of ${count(size)} entries`} flush>
      <Table
        label="Tiles"
        of={levelsOf(size)}
        keyOf={(level) => level.name}
        columns={[
          { title: 'Level', cell: (level) => level.name },
          { title: 'Full', cell: (level) => count(Math.floor(level.hashes / WIDTH)), n: true },
          { title: 'Newest', cell: (level) => <Newest of={level} /> },
        ]}
      />
      <p className="s m pad">C2SP tiles of {WIDTH} hashes: full ones never change, the newest grows. Under the last signature.</p>
    </Card>
  )
}

function Newest({ of: { path, hashes } }: { of: Level }) {
  const full = Math.floor(hashes / WIDTH)
  const rest = hashes % WIDTH
  const tile = rest ? `${numbered(full)}.p/${rest}` : numbered(full - 1)
  return (
    <a className="l mono" href={`/ledger/tile/${path}/${tile}`} download>
      {path}/{tile}
    </a>
  )
}
