import { useState } from 'react'
import { PURPOSES, sayWhy, useWhy } from '../app/why.ts'
import { Icon } from './Icon.tsx'
import { Card } from './layout.tsx'

/** Asks what personal data is opened for. */
export function PurposeForm({ title = 'Say why you look', action = 'Open and record' }: { title?: string; action?: string }) {
  const why = useWhy()
  const [purpose, setPurpose] = useState(why.purpose ?? PURPOSES[0] ?? '')
  const [reason, setReason] = useState('')
  return (
    <Card title={title}>
      <form
        className="purpose"
        onSubmit={(e) => {
          e.preventDefault()
          sayWhy({ purpose, reason: `request; ${reason.trim()}` })
        }}
      >
        <p className="t2">
          What decisions are about is personal. Each page you open is recorded, with the purpose and reason you give here. They
          hold until you close this window. The record stays when a person’s data is erased: do not name the person in the reason.
        </p>
        <div className="row">
          <label className="lbl">
            Purpose
            <select className="field" value={purpose} onChange={(e) => setPurpose(e.target.value)}>
              {PURPOSES.map((each) => (
                <option key={each} value={each}>
                  {each.replace('-', ' ')}
                </option>
              ))}
            </select>
          </label>
          <label className="lbl grow">
            Reason
            <input
              className="field"
              value={reason}
              onChange={(e) => setReason(e.target.value)}
              placeholder="The applicant asks why"
              required
            />
          </label>
          <button type="submit" className="btn p" disabled={!reason.trim()}>
            {action}
          </button>
        </div>
      </form>
    </Card>
  )
}

/** Says under which purpose the page was opened, and lets it be taken back. */
export function PurposeNote() {
  const why = useWhy()
  if (!why.purpose) return null
  return (
    <div className="note">
      <Icon name="eye" />
      <div>
        You open personal data for <b>{why.purpose.replace('-', ' ')}</b>: “{why.reason?.replace(/^request; /, '')}”. Each read is
        recorded.
      </div>
      <button type="button" className="l end" onClick={() => sayWhy(null)}>
        Stop
      </button>
    </div>
  )
}
