import { useQuery } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import { get, native, query, seg } from '../../api/client.ts'
import { Failure, Loading } from '../../parts/states.tsx'

/** `url` has no scheme: it is that of this page. */
interface Shown {
  url?: string | null
  expires_at: string
}

/**
 * A page or drawing that somebody stored, in a frame of the sandbox's origin: it may run there, and reaches neither this page nor any
 * other place. Its source is one press away.
 */
export function StoredPage({ run, path, source }: { run: string; path: string; source: ReactNode }) {
  const [isSource, setSource] = useState(false)
  const name = path.slice(path.lastIndexOf('/') + 1)
  const at = useQuery({
    queryKey: ['stored-page', run, path],
    queryFn: () => get<Shown>(`${native}/runs/${seg(run)}/preview${query({ path })}`),
    // The address ends after minutes: a frame that is open keeps what it holds, and each opening asks for a new one.
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    refetchOnReconnect: false,
    retry: false,
  })
  if (at.isPending) return <Loading height={320} />
  if (at.isError) return <Failure error={at.error} />
  const url = at.data.url
  const show = (source: boolean) => {
    if (isSource && !source) void at.refetch()
    setSource(source)
  }
  return (
    <div className="b stored">
      <div className="bar">
        {url && (
          <span className="seg" role="group" aria-label={`How ${name} is shown`}>
            {[false, true].map((each) => (
              <button key={String(each)} type="button" aria-pressed={isSource === each} onClick={() => show(each)}>
                {each ? 'Source' : 'Page'}
              </button>
            ))}
          </span>
        )}
        <span className="s m">
          {url
            ? 'Shown apart from Clew: what it runs reaches neither this page nor any other place.'
            : 'This server has no second name under which stored pages are shown (http.sandbox_name); this is the source.'}
        </span>
      </div>
      {!url || isSource ? (
        source
      ) : at.isFetching ? (
        <Loading height={320} />
      ) : (
        <iframe title={`Stored page ${name}`} src={url} sandbox="allow-scripts" referrerPolicy="no-referrer" />
      )}
    </div>
  )
}
