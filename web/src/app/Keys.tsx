import { useEffect, useRef, useState } from 'react'
import { Icon } from '../parts/Icon.tsx'

const KEYS: [string, string][] = [
  ['Ctrl K', 'search and commands'],
  ['g then h e d m a p c u', 'Home, Experiments, Data, Models, Approvals, Deployments, Decisions, Audit'],
  ['/', 'filter'],
  ['j k', 'down and up in a long table: runs, decisions'],
  ['x', 'choose the run'],
  ['Enter', 'open the run or decision'],
  ['c', 'compare those that are chosen'],
  ['t', 'thread of what is shown'],
  ['v', 'verify it'],
  ['y', 'copy the link to the page'],
  ['Esc', 'close, or choose none'],
  ['Ctrl Enter', 'send a dialog'],
]

export function Keys({ onClose }: { onClose: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null)
  const [single, setSingle] = useState(localStorage.getItem('clew-keys') !== 'off')
  useEffect(() => {
    dialog.current?.showModal()
  }, [])
  return (
    <dialog ref={dialog} className="dialog" onClose={onClose} aria-labelledby="keys-title">
      <header>
        <h2 id="keys-title">Keys</h2>
        <button type="button" className="ib" aria-label="Close" onClick={onClose}>
          <Icon name="x" />
        </button>
      </header>
      <div className="dialog-body">
        <dl className="kv">
          {KEYS.map(([key, does]) => (
            <div key={key} style={{ display: 'contents' }}>
              <dt>
                <kbd>{key}</kbd>
              </dt>
              <dd>{does}</dd>
            </div>
          ))}
        </dl>
        <label className="lbl">
          <input
            type="checkbox"
            checked={single}
            onChange={(e) => {
              localStorage.setItem('clew-keys', e.target.checked ? 'on' : 'off')
              setSingle(e.target.checked)
            }}
          />{' '}
          Single keys do something
        </label>
        <p className="s m">
          The interface behind every page:{' '}
          <a className="l" href="/api/clew/v1/openapi.json">
            OpenAPI document
          </a>
        </p>
      </div>
    </dialog>
  )
}
