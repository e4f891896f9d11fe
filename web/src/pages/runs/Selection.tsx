import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { mlflow, post } from '../../api/client.ts'
import { useMay } from '../../app/session.ts'
import { count } from '../../parts/format.ts'
import { Icon } from '../../parts/Icon.tsx'
import { comparisonOf, MOST_COMPARED } from '../../parts/paths.ts'
import { ReasonDialog } from '../../parts/ReasonDialog.tsx'
import { inTurn } from './inTurn.ts'
import type { Row } from './rows.ts'

/** What can be done with the chosen runs. */
export function Selection({
  runs,
  colours,
  onClear,
  onDone,
}: {
  runs: Row[]
  colours: Map<string, string>
  onClear: () => void
  onDone: () => void
}) {
  const may = useMay()
  const [doing, setDoing] = useState<'tag' | 'delete' | null>(null)
  return (
    <div className="selbar" role="region" aria-label="Chosen runs">
      <b>{count(runs.length)} selected</b>
      <span className="selbar-n">
        {runs.slice(0, 4).map((run) => (
          <span key={run.id} className="s">
            <span className="sw" style={{ background: colours.get(run.id) }} /> {run.name}
          </span>
        ))}
        {runs.length > 4 && <span className="s m">and {count(runs.length - 4)} more</span>}
      </span>
      {runs.length > MOST_COMPARED ? (
        <span className="s m">at most {count(MOST_COMPARED)} are compared at once</span>
      ) : (
        runs.length > 1 && (
          <Link className="btn p" {...comparisonOf(runs.map((run) => run.id))}>
            Compare <kbd>c</kbd>
          </Link>
        )
      )}
      {may('run.write') && (
        <button type="button" className="btn" onClick={() => setDoing('tag')}>
          <Icon name="tag" /> Tag…
        </button>
      )}
      {may('run.delete') && (
        <button type="button" className="btn d" onClick={() => setDoing('delete')}>
          <Icon name="trash" /> Delete…
        </button>
      )}
      <button type="button" className="btn g" onClick={onClear}>
        Clear <kbd>Esc</kbd>
      </button>
      {doing === 'tag' && <Tag runs={runs} onClose={() => setDoing(null)} onDone={onDone} />}
      {doing === 'delete' && (
        <ReasonDialog
          title={`Delete ${runs.length} ${runs.length === 1 ? 'run' : 'runs'}`}
          action="Delete"
          danger
          codes={['fix', 'request', 'other']}
          onClose={() => setDoing(null)}
          onDone={onClear}
          submit={(reason) =>
            inTurn(runs, 'deleted', (run) =>
              post(`${mlflow}/runs/delete`, { run_id: run.id }, { reason: `${reason.code}; ${reason.text}` }),
            ).finally(onDone)
          }
        >
          <p className="t2">They leave the lists and can be restored. What was recorded of them stays in the ledger.</p>
        </ReasonDialog>
      )}
    </div>
  )
}

function Tag({ runs, onClose, onDone }: { runs: Row[]; onClose: () => void; onDone: () => void }) {
  const [key, setKey] = useState('')
  const [value, setValue] = useState('')
  return (
    <ReasonDialog
      title={`Tag ${runs.length} ${runs.length === 1 ? 'run' : 'runs'}`}
      action="Set tag"
      codes={['request', 'fix', 'other']}
      ready={key.trim() !== ''}
      onClose={onClose}
      onDone={() => undefined}
      submit={(reason) =>
        inTurn(runs, 'tagged', (run) =>
          post(
            `${mlflow}/runs/set-tag`,
            { run_id: run.id, key: key.trim(), value },
            { reason: `${reason.code}; ${reason.text}` },
          ),
        ).finally(onDone)
      }
    >
      <label className="lbl">
        Tag
        <input className="field" value={key} onChange={(e) => setKey(e.target.value)} required />
      </label>
      <label className="lbl">
        Value
        <input className="field" value={value} onChange={(e) => setValue(e.target.value)} />
      </label>
    </ReasonDialog>
  )
}
