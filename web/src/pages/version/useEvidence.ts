import { useQuery } from '@tanstack/react-query'
import { get, mlflow, native, query, seg } from '../../api/client.ts'
import type { MlRun, MlVersion, VersionFacts } from '../../api/types.ts'
import { useMay } from '../../app/session.ts'
import { type Signature, signatureOf } from './signature.ts'

export interface VersionFile {
  path: string
  is_dir: boolean
  file_size?: number
}

/** What a version is judged by: its own facts, the run it came from, its signature and its files, as far as the caller may see them. */
export const useEvidence = (name: string, version: string) => {
  const may = useMay()
  const ref = `${name}/${version}`
  const row = useQuery({
    queryKey: ['version', ref],
    queryFn: () => get<{ model_version: MlVersion }>(`${mlflow}/model-versions/get${query({ name, version })}`),
  })
  const facts = useQuery({
    queryKey: ['version facts', ref],
    queryFn: () => get<VersionFacts>(`${native}/models/${seg(name)}/versions/${seg(version)}`),
  })
  const id = row.data?.model_version.run_id
  const run = useQuery({
    queryKey: ['run', id],
    queryFn: () => get<{ run: MlRun }>(`${mlflow}/runs/get?run_id=${seg(id ?? '')}`),
    enabled: !!id && may('run.read'),
    retry: false,
  })
  const signature = useQuery({
    queryKey: ['signature', ref],
    queryFn: async (): Promise<Signature | null> => {
      const answer = await fetch(`/model-versions/get-artifact${query({ name, version, path: 'MLmodel' })}`, {
        credentials: 'same-origin',
      })
      return answer.ok ? signatureOf(await answer.text()) : null
    },
    enabled: may('artifact.read') && (facts.data?.files ?? 0) > 0,
    retry: false,
  })
  const files = useQuery({
    queryKey: ['version files', ref],
    queryFn: () => filesOf(row.data?.model_version, facts.data),
    enabled: may('artifact.read') && row.isSuccess && facts.isSuccess,
    retry: false,
  })
  return { row, facts, run: run.data?.run, signature: signature.data ?? null, files: files.data ?? [] }
}

/** Files beside the model, of its own folder or of the run's. */
const filesOf = async (version: MlVersion | undefined, facts: VersionFacts | undefined): Promise<VersionFile[]> => {
  const ofRun = version?.source?.match(/^runs:\/([0-9a-f]{32})\/(.+)$/)
  const path = facts?.model_id
    ? `${mlflow}/logged-models/${seg(facts.model_id)}/artifacts/directories`
    : ofRun
      ? `${mlflow}/artifacts/list${query({ run_id: ofRun[1], path: ofRun[2] })}`
      : null
  if (!path) return []
  return (await get<{ files?: VersionFile[] }>(path)).files ?? []
}
