import { useQuery } from '@tanstack/react-query'
import { lazy, Suspense } from 'react'
import { count } from '../../parts/format.ts'
import { Failure, Loading } from '../../parts/states.tsx'
import { parseCsv } from './csv.ts'
import { Markdown } from './Markdown.tsx'
import { Sheet } from './Sheet.tsx'
import { StoredPage } from './StoredPage.tsx'

// What reads such files comes with the first of them.
const ParquetTable = lazy(async () => ({ default: (await import('./ParquetTable.tsx')).ParquetTable }))
const Pdf = lazy(async () => ({ default: (await import('./Pdf.tsx')).Pdf }))

/** Larger files are downloaded. */
const LARGEST = 2_000_000
const LARGEST_BINARY = 50_000_000
const ROWS = 200
const TEXT = /\.(txt|md|json|ya?ml|csv|tsv|py|r|sql|log|toml|cfg|ini|lock|patch|diff|html?|svg)$|(^|\/)MLmodel$/i
const PAGE = /\.(html?|svg)$/i
const IMAGE = /\.(png|jpe?g|gif|webp)$/i

/** What a file of a run holds: nothing of it is run here; what can run is shown in the sandbox. */
export function Preview({ run, path, bytes, href }: { run: string; path: string; bytes: number; href: string }) {
  const name = path.slice(path.lastIndexOf('/') + 1)
  const isText = TEXT.test(path) && bytes <= LARGEST
  const body = useQuery({
    queryKey: ['file', href],
    queryFn: async () => {
      const answer = await fetch(href, { credentials: 'same-origin' })
      if (!answer.ok) throw new Error(`The server answered with status ${answer.status}.`)
      return answer.text()
    },
    enabled: isText,
    retry: false,
  })
  if (IMAGE.test(path))
    return (
      <div className="b">
        <img src={href} alt={name} style={{ maxWidth: '100%' }} />
      </div>
    )
  if (/\.parquet$/i.test(path) || /\.pdf$/i.test(path)) {
    if (bytes > LARGEST_BINARY) return <p className="empty">{name} is too large to be shown here; download it.</p>
    return (
      <Suspense fallback={<Loading height={160} />}>
        {/\.pdf$/i.test(path) ? <Pdf name={name} href={href} /> : <ParquetTable name={name} href={href} bytes={bytes} />}
      </Suspense>
    )
  }
  if (PAGE.test(path))
    return (
      <StoredPage
        run={run}
        path={path}
        source={
          body.isError ? (
            <Failure error={body.error} />
          ) : isText ? (
            <pre className="cmd">{body.data ?? ''}</pre>
          ) : (
            <p className="empty">The source of {name} is too large to be shown here; download it.</p>
          )
        }
      />
    )
  if (!TEXT.test(path)) return <p className="empty">{name} has no preview; download it.</p>
  if (!isText) return <p className="empty">{name} is too large to be shown here; download it.</p>
  if (body.isPending) return <Loading height={160} />
  if (body.isError) return <Failure error={body.error} />
  if (/\.(csv|tsv)$/i.test(path)) return <Csv name={name} text={body.data} separator={/\.tsv$/i.test(path) ? '\t' : ','} />
  return (
    <div className="b">
      {/\.md$/i.test(path) ? (
        <Markdown text={body.data} />
      ) : (
        <pre className="cmd">{/\.json$/i.test(path) ? pretty(body.data) : body.data}</pre>
      )}
    </div>
  )
}

const pretty = (text: string) => {
  try {
    return JSON.stringify(JSON.parse(text), null, 2)
  } catch {
    return text
  }
}

function Csv({ name, text, separator }: { name: string; text: string; separator: string }) {
  const [head = [], ...rows] = parseCsv(text, separator, ROWS + 1)
  return (
    <Sheet name={name} head={head} rows={rows}>
      {rows.length >= ROWS && <p className="empty">The first {count(ROWS)} rows; download the file for all.</p>}
    </Sheet>
  )
}
