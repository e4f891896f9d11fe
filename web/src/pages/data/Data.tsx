import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { Link, useParams, useSearch } from '@tanstack/react-router'
import { useRef } from 'react'
import { get, native, type Page, query, seg } from '../../api/client.ts'
import type { Dataset, DatasetVersion, Thread } from '../../api/types.ts'
import { useMay } from '../../app/session.ts'
import { bytesOf, count } from '../../parts/format.ts'
import { Card, Facts, Head } from '../../parts/layout.tsx'
import { Digest, Person, Time } from '../../parts/marks.tsx'
import { threadOf } from '../../parts/paths.ts'
import { Empty, Failure, Loading } from '../../parts/states.tsx'
import { Unshown } from '../../parts/Unshown.tsx'
import { useSeen } from '../../parts/useSeen.ts'
import { Columns } from './Columns.tsx'
import { UsedBy } from './UsedBy.tsx'

/** Versions that are listed at once. */
const AT_ONCE = 50

export function Data() {
  const found = useQuery({ queryKey: ['datasets'], queryFn: () => get<Page<Dataset>>(`${native}/datasets?limit=1000`) })
  if (found.isPending) return <Loading height={400} />
  if (found.isLoadingError) return <Unshown title="Data" error={found.error} />
  return (
    <>
      <Head title="Data" sub={`${found.data.items.length} ${found.data.items.length === 1 ? 'data set' : 'data sets'}`} />
      <Card flush>
        {found.data.items.length === 0 ? (
          <Empty line="mlflow.log_input(mlflow.data.from_pandas(frame, name='applications'), context='training')">
            No data set yet. A run that names its input makes one.
          </Empty>
        ) : (
          <div className="scroll">
            <table>
              <thead>
                <tr>
                  <th>Name</th>
                  <th>Newest version</th>
                  <th className="n">Rows</th>
                  <th>License</th>
                  <th className="n">Added</th>
                </tr>
              </thead>
              <tbody>
                {found.data.items.map((set) => (
                  <tr key={set.id}>
                    <td>
                      <Link className="l" to={`/ui/data/${seg(set.name)}`}>
                        {set.name}
                      </Link>
                    </td>
                    <td>{set.latest ? <Digest of={set.latest.digest} /> : '–'}</td>
                    <td className="n">{set.latest?.rows === undefined ? '–' : count(set.latest.rows)}</td>
                    <td>{set.latest?.license ?? '–'}</td>
                    <td className="n">
                      <Time at={set.latest?.created_at ?? set.created_at} />
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        )}
      </Card>
    </>
  )
}

const DATA = (
  <Link key="d" to="/ui/data">
    Data
  </Link>
)

export function DataSet() {
  const { name } = useParams({ strict: false }) as { name: string }
  const set = useQuery({ queryKey: ['dataset', name], queryFn: () => get<Dataset>(`${native}/datasets/${seg(name)}`) })
  const asked = (useSearch({ strict: false }) as { version?: string }).version
  const versions = useInfiniteQuery({
    queryKey: ['dataset versions', name],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam }) =>
      get<Page<DatasetVersion>>(`${native}/datasets/${seg(name)}/versions${query({ limit: AT_ONCE, cursor: pageParam })}`),
    getNextPageParam: (last) => last.cursor ?? undefined,
  })
  const one = useQuery({
    queryKey: ['dataset version', name, asked],
    queryFn: () => get<DatasetVersion>(`${native}/datasets/${seg(name)}/versions/${seg(asked ?? '')}`),
    enabled: asked !== undefined,
    retry: false,
  })
  if (set.isLoadingError) return <Unshown crumbs={[DATA]} title={name} error={set.error} />
  if (versions.isLoadingError) return <Unshown crumbs={[DATA]} title={name} error={versions.error} />
  if (set.isPending || versions.isPending) return <Loading height={500} />
  const all = versions.data.pages.flatMap((page) => page.items)
  return (
    <>
      <Head crumbs={[DATA]} title={name} sub={set.data.description} />
      <div className="stack">
        {one.isError && <Failure error={one.error} />}
        {one.data && <Version version={one.data} isAsked />}
        {all
          .filter((version) => version.id !== one.data?.id)
          .map((version) => (
            <Version key={version.id} version={version} />
          ))}
        {all.length === 0 && <Empty>No version yet.</Empty>}
      </div>
      {versions.hasNextPage && (
        <p className="empty">
          <button type="button" className="btn" onClick={() => void versions.fetchNextPage()}>
            Older versions
          </button>
        </p>
      )}
    </>
  )
}

/** @param isAsked whether the page was opened for this version */
function Version({ version, isAsked = false }: { version: DatasetVersion; isAsked?: boolean }) {
  const ref = `dataset-version:${version.id}`
  const box = useRef<HTMLDivElement>(null)
  const isSeen = useSeen(box)
  const may = useMay()
  const used = useQuery({
    queryKey: ['thread', ref, 'down'],
    queryFn: () => get<Thread>(`${native}/trace/dataset-version/${version.id}?direction=down&depth=6&limit=500`),
    enabled: isSeen && may('lineage.read'),
    retry: false,
  })
  return (
    <Card
      title={
        <>
          Version {version.digest.slice(0, 12)} {isAsked && <span className="chip ac">the one you followed</span>}
        </>
      }
      right={
        <Link className="btn sm" to={threadOf(ref)} search={{ way: 'down' }}>
          All that rests on it
        </Link>
      }
    >
      <div className="g22">
        <Facts
          of={[
            ['Digest', <Digest key="d" of={version.digest} />],
            ['Source', version.source],
            ['License', version.license],
            ['Format', version.format],
            ['Rows', version.rows === undefined ? null : count(version.rows)],
            ['Size', version.bytes === undefined ? null : bytesOf(version.bytes)],
            [
              'Added',
              <span key="a">
                <Time at={version.created_at} full /> by <Person id={version.created_by} name={version.created_by_name} />
              </span>,
            ],
          ]}
        />
        <div ref={box}>
          <h3>Used by</h3>
          {used.data && <UsedBy thread={used.data} />}
          {used.data && used.data.nodes.length < 2 && <p className="m">Nothing yet.</p>}
        </div>
      </div>
      <Columns version={version} />
    </Card>
  )
}
