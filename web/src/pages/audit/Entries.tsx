import type { Entry } from '../../api/types.ts'
import { actWords } from '../../parts/acts.ts'
import { Person, Time } from '../../parts/marks.tsx'
import { Table } from '../../parts/Table.tsx'

/** A line an entry. */
export function Entries({
  rows,
  entry,
  onOpen,
  onActor,
}: {
  rows: Entry[]
  entry: number | undefined
  onOpen: (seq: number) => void
  onActor: (who: string) => void
}) {
  return (
    <Table
      label="Entries"
      of={rows}
      keyOf={(row) => row.seq}
      selected={(row) => row.seq === Number(entry)}
      columns={[
        {
          title: 'Entry',
          cell: (row) => (
            <button type="button" className="l num" onClick={() => onOpen(row.seq)}>
              #{row.seq}
            </button>
          ),
          n: true,
        },
        {
          title: 'Who',
          cell: (row) => (
            <button type="button" title={`Only what ${row.name} did`} onClick={() => onActor(row.who)}>
              <Person id={row.who} name={row.name} />
            </button>
          ),
        },
        { title: 'Act', cell: (row) => actWords(row.act), full: (row) => row.act },
        {
          title: 'Thing',
          cell: (row) => (
            <span className="mono m">
              {row.resource ? `${row.resource.split(':')[0]}:${row.resource.split(':')[1]?.slice(0, 8)}…` : '–'}
            </span>
          ),
          full: (row) => row.resource ?? '',
        },
        { title: 'Time', cell: (row) => <Time at={row.time} />, n: true },
      ]}
    />
  )
}
