import { useState } from 'react'
import { mlflow, native, patch, post } from '../../api/client.ts'
import { ReasonDialog } from '../../parts/ReasonDialog.tsx'

interface Asked {
  name: string
  version: string
  onClose: () => void
  onDone: () => void
}

export function AskApproval({ name, version, onClose, onDone }: Asked) {
  return (
    <ReasonDialog
      title={`Ask for the approval of ${name} v${version}`}
      action="Ask"
      codes={['promotion', 'fix', 'policy', 'other']}
      onClose={onClose}
      onDone={onDone}
      submit={(reason) => post(`${native}/approvals`, { model: name, version, reason })}
    >
      <p className="t2">Somebody who did not make this version votes. The approval is bound to the digest of its files.</p>
    </ReasonDialog>
  )
}

export function Deploy({ name, version, onClose, onDone }: Asked) {
  const [endpoint, setEndpoint] = useState('')
  const [tier, setTier] = useState('production')
  return (
    <ReasonDialog
      title={`Deploy ${name} v${version}`}
      action="Deploy"
      codes={['promotion', 'rollback', 'fix', 'incident', 'other']}
      ready={endpoint.trim() !== ''}
      onClose={onClose}
      onDone={onDone}
      submit={(reason) => post(`${native}/deployments`, { endpoint, model: name, version, tier, reason })}
    >
      <label className="lbl">
        Endpoint, made with its first deployment
        <input className="field" value={endpoint} onChange={(e) => setEndpoint(e.target.value)} required />
      </label>
      <label className="lbl">
        Tier of a new endpoint
        <select className="field" value={tier} onChange={(e) => setTier(e.target.value)}>
          {['staging', 'production', 'high'].map((each) => (
            <option key={each}>{each}</option>
          ))}
        </select>
      </label>
    </ReasonDialog>
  )
}

export function Alias({ name, version, onClose, onDone }: Asked) {
  const [alias, setAlias] = useState('champion')
  return (
    <ReasonDialog
      title={`Let an alias point at ${name} v${version}`}
      action="Move alias"
      codes={['promotion', 'rollback', 'fix', 'other']}
      ready={alias.trim() !== ''}
      onClose={onClose}
      onDone={onDone}
      submit={(reason) =>
        post(`${mlflow}/registered-models/alias`, { name, alias, version }, { reason: `${reason.code}; ${reason.text}` })
      }
    >
      <label className="lbl">
        Alias
        <input className="field" value={alias} onChange={(e) => setAlias(e.target.value)} required />
      </label>
    </ReasonDialog>
  )
}

/** @param version null for the description of the model itself */
export function Describe({
  name,
  version,
  description,
  onClose,
  onDone,
}: Omit<Asked, 'version'> & { version: string | null; description: string }) {
  const [words, setWords] = useState(description)
  return (
    <ReasonDialog
      title={`Describe ${name}${version === null ? '' : ` v${version}`}`}
      action="Change description"
      codes={['fix', 'policy', 'other']}
      ready={words !== description}
      onClose={onClose}
      onDone={onDone}
      submit={({ code, text }) => {
        const why = { reason: `${code}; ${text}` }
        return version === null
          ? patch(`${mlflow}/registered-models/update`, { name, description: words }, why)
          : patch(`${mlflow}/model-versions/update`, { name, version, description: words }, why)
      }}
    >
      <label className="lbl">
        Description
        <textarea className="field area" rows={4} value={words} onChange={(e) => setWords(e.target.value)} />
      </label>
    </ReasonDialog>
  )
}
