import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { get, mlflow, query } from '../../api/client.ts'
import { bytesOf } from '../../parts/format.ts'
import { Card } from '../../parts/layout.tsx'
import { Failure } from '../../parts/states.tsx'
import { Preview } from './Preview.tsx'

interface FileInfo {
  path: string
  is_dir: boolean
  file_size?: number
}

/** Files of the run, one folder at a time; what can be shown is. */
export function Artifacts({ run, uri }: { run: string; uri: string | undefined }) {
  const [folder, setFolder] = useState('')
  const [open, setOpen] = useState<FileInfo | null>(null)
  const files = useQuery({
    queryKey: ['files', run, folder],
    queryFn: () => get<{ files?: FileInfo[] }>(`${mlflow}/artifacts/list${query({ run_id: run, path: folder })}`),
  })
  const list = files.data?.files ?? []
  const download = (path: string) => `/get-artifact${query({ run_uuid: run, path })}`
  return (
    <Card title="Artifacts" right={uri ? <span className="mono not-m">{uri}</span> : ''} flush>
      {files.isError && <Failure error={files.error} />}
      <table>
        <tbody>
          {folder && (
            <tr>
              <td colSpan={2}>
                <button
                  type="button"
                  className="l"
                  onClick={() => setFolder(folder.includes('/') ? folder.slice(0, folder.lastIndexOf('/')) : '')}
                >
                  ↑ {folder}
                </button>
              </td>
            </tr>
          )}
          {list.map((file) => (
            <tr key={file.path}>
              <td>
                {file.is_dir ? (
                  <button type="button" className="l" onClick={() => setFolder(file.path)}>
                    {leaf(file.path)}/
                  </button>
                ) : (
                  <button type="button" className="l" onClick={() => setOpen(file)}>
                    {leaf(file.path)}
                  </button>
                )}
              </td>
              <td className="n m">
                {file.file_size === undefined ? '' : bytesOf(file.file_size)}{' '}
                {!file.is_dir && (
                  <a className="l" href={download(file.path)} download>
                    download
                  </a>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {files.isSuccess && list.length === 0 && <p className="empty">No file here.</p>}
      {open && <Preview key={open.path} run={run} path={open.path} bytes={open.file_size ?? 0} href={download(open.path)} />}
    </Card>
  )
}

const leaf = (path: string) => path.slice(path.lastIndexOf('/') + 1)
