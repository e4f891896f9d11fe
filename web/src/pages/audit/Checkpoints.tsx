import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { get, native, type Page, text } from '../../api/client.ts'
import { count } from '../../parts/format.ts'
import { ProofGlyph } from '../../parts/Icon.tsx'
import { Card } from '../../parts/layout.tsx'
import { Digest } from '../../parts/marks.tsx'
import { Failure, Loading } from '../../parts/states.tsx'
import { Table } from '../../parts/Table.tsx'
import { isConsistent } from '../../verify/consistency.ts'
import { Tiles } from './Tiles.tsx'

interface Checkpoint {
  size: number
  root: string
}

/** Signed states of the log that are kept; that one grew into another is checked by this browser. */
export function Checkpoints() {
  const [chosen, setChosen] = useState<Checkpoint[]>([])
  const found = useInfiniteQuery({
    queryKey: ['checkpoints'],
    initialPageParam: '',
    queryFn: ({ pageParam }) =>
      get<Page<Checkpoint>>(`${native}/ledger/checkpoints?limit=50${pageParam && `&cursor=${pageParam}`}`),
    getNextPageParam: (last) => last.cursor ?? undefined,
    retry: false,
  })
  const rows = found.data?.pages.flatMap((page) => page.items) ?? []
  const choose = (row: Checkpoint) =>
    setChosen((before) =>
      before.some((each) => each.size === row.size)
        ? before.filter((each) => each.size !== row.size)
        : [...before, row].slice(-2),
    )
  const [older, newer] = chosen.toSorted((a, b) => a.size - b.size)
  if (found.isPending) return <Loading height={400} />
  if (found.isLoadingError) return <Failure error={found.error} />
  return (
    <div className="g2">
      <Card flush>
        <Table
          label="Checkpoints"
          of={rows}
          keyOf={(row) => row.size}
          selected={(row) => chosen.some((each) => each.size === row.size)}
          columns={[
            {
              title: 'Compare',
              cell: (row) => (
                <input
                  type="checkbox"
                  aria-label={`Choose the checkpoint of ${row.size} entries`}
                  checked={chosen.some((each) => each.size === row.size)}
                  onChange={() => choose(row)}
                />
              ),
            },
            { title: 'Entries', cell: (row) => count(row.size), n: true },
            { title: 'Root', cell: (row) => <Digest of={row.root} what="root" /> },
          ]}
        />
        {found.hasNextPage && (
          <p className="empty">
            <button type="button" className="btn" onClick={() => void found.fetchNextPage()}>
              Older checkpoints
            </button>
          </p>
        )}
      </Card>
      <aside className="stack stick">
        <Card title="Did the log only grow?">
          {older && newer ? (
            <Consistency older={older} newer={newer} />
          ) : (
            <p className="t2">Choose two checkpoints. The proof between them is checked in this browser, hash by hash.</p>
          )}
        </Card>
        <Card title="For other tools">
          <p>
            <a className="l" href="/ledger/checkpoint">
              newest checkpoint
            </a>{' '}
            ·{' '}
            <a className="l" href="/ledger/policy">
              policy
            </a>
          </p>
        </Card>
        <Tiles />
      </aside>
    </div>
  )
}

function Consistency({ older, newer }: { older: Checkpoint; newer: Checkpoint }) {
  const checked = useQuery({
    queryKey: ['consistency', older.size, newer.size],
    queryFn: async () => {
      const path = (await text(`${native}/ledger/consistency?from=${older.size}&to=${newer.size}`)).split('\n').filter(Boolean)
      return { holds: await isConsistent(older, newer, path), hashes: path.length }
    },
    retry: false,
  })
  if (checked.isPending) return <Loading height={80} />
  if (checked.isError) return <Failure error={checked.error} />
  const { holds, hashes } = checked.data
  return (
    <div className={`res ${holds ? 'gr' : 'rd'}`} role="status">
      <ProofGlyph state={holds ? 'verified' : 'failed'} size={28} />
      <div>
        <div className="h">{holds ? 'It only grew' : 'Not consistent'}</div>
        <p>
          {holds
            ? `All ${count(older.size)} entries of the older state are the first of the ${count(newer.size)} of the newer one; checked here with ${hashes} hashes.`
            : `The ${hashes} hashes do not lead from ${count(older.size)} to ${count(newer.size)} entries.`}
        </p>
      </div>
    </div>
  )
}
