import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { get, mlflow, Problem, post, query, seg } from '../../api/client.ts'
import type { MlModel, MlVersion } from '../../api/types.ts'
import { ReasonDialog } from '../../parts/ReasonDialog.tsx'

export interface Registered {
  run: string
  source: string
  modelId: string | null
}

/** Makes a version of a registered model, and the model if there is none of this name; then shows the version. */
export function Register({ of, onClose, onDone }: { of: Registered; onClose: () => void; onDone: () => void }) {
  const navigate = useNavigate()
  const [name, setName] = useState('')
  const [description, setDescription] = useState('')
  const models = useQuery({
    queryKey: ['models'],
    queryFn: () => get<{ registered_models?: MlModel[] }>(`${mlflow}/registered-models/search${query({ max_results: 500 })}`),
    retry: false,
  })
  const known = models.data?.registered_models ?? []
  const isNew = name.trim() !== '' && !known.some((model) => model.name === name.trim())
  return (
    <ReasonDialog
      title="Register a model version"
      action="Register"
      codes={['promotion', 'fix', 'other']}
      ready={name.trim() !== ''}
      onClose={onClose}
      onDone={onDone}
      submit={async ({ code, text }) => {
        const why = { reason: `${code}; ${text}` }
        if (isNew) await post(`${mlflow}/registered-models/create`, { name: name.trim() }, why).catch(unlessThere)
        const { model_version: made } = await post<{ model_version: MlVersion }>(
          `${mlflow}/model-versions/create`,
          {
            name: name.trim(),
            source: of.source,
            run_id: of.run,
            ...(of.modelId ? { model_id: of.modelId } : {}),
            ...(description.trim() ? { description: description.trim() } : {}),
          },
          why,
        )
        void navigate({ to: `/ui/models/${seg(made.name)}/${made.version}` })
      }}
    >
      <label className="lbl">
        Name of the model
        <input className="field" list="models-known" value={name} onChange={(e) => setName(e.target.value)} required />
        <datalist id="models-known">
          {known.map((model) => (
            <option key={model.name} value={model.name} />
          ))}
        </datalist>
        <span className="s m">{isNew ? 'A new model.' : 'One that is there gets its next version.'}</span>
      </label>
      <label className="lbl">
        Description
        <input className="field" value={description} onChange={(e) => setDescription(e.target.value)} />
      </label>
      <p className="s m">
        From <code className="brk">{of.source}</code>
      </p>
    </ReasonDialog>
  )
}

/** Somebody else made it meanwhile. */
const unlessThere = (error: unknown) => {
  if (!(error instanceof Problem && error.code === 'RESOURCE_ALREADY_EXISTS')) throw error
}
