// Texts among the artifacts of a run: its code, and what it ran in.
import { get, mlflow, query } from '../../api/client.ts'

const LARGEST = 262_144
const DEEPEST = 2
const CODE = /\.(py|ipynb|r|sql|scala|java|jl|sh)$|\.(patch|diff)$/i
const ENVIRONMENT =
  /(^|\/)(requirements[^/]*\.txt|conda\.ya?ml|python_env\.ya?ml|pyproject\.toml|poetry\.lock|uv\.lock|environment\.json)$/i

interface FileInfo {
  path: string
  is_dir: boolean
  file_size?: number
}

const listed = async (run: string, path: string, depth: number): Promise<FileInfo[]> => {
  const { files = [] } = await get<{ files?: FileInfo[] }>(`${mlflow}/artifacts/list${query({ run_id: run, path })}`)
  const below = depth > 0 ? await Promise.all(files.filter((f) => f.is_dir).map((f) => listed(run, f.path, depth - 1))) : []
  return [...files.filter((file) => !file.is_dir), ...below.flat()]
}

export interface Texts {
  code: Map<string, string>
  environment: Map<string, string>
}

export const textsOf = async (run: string): Promise<Texts> => {
  const files = (await listed(run, '', DEEPEST)).filter((file) => (file.file_size ?? 0) <= LARGEST)
  const read = async (wanted: RegExp) =>
    new Map(
      await Promise.all(
        files
          .filter((file) => wanted.test(file.path))
          .map(async (file): Promise<[string, string]> => {
            const answer = await fetch(`/get-artifact${query({ run_uuid: run, path: file.path })}`, {
              credentials: 'same-origin',
            })
            return [file.path, answer.ok ? await answer.text() : '']
          }),
      ),
    )
  return { code: await read(CODE), environment: await read(ENVIRONMENT) }
}
