import { type ReactNode, useEffect, useRef, useState } from 'react'
import { Icon } from './Icon.tsx'
import { Failure } from './states.tsx'

/** Fewest characters of a reason that says something. */
const LEAST = 10

/** A dialog for acts that need a reason. Esc closes, Ctrl-Enter sends. */
export function ReasonDialog({
  title,
  children,
  action,
  danger = false,
  codes,
  ready = true,
  onDone,
  onClose,
  submit,
}: {
  title: string
  children?: ReactNode
  action: string
  danger?: boolean
  codes: string[]
  /** Whether what the dialog asks beside the reason is there. */
  ready?: boolean
  onDone: () => void
  onClose: () => void
  submit: (reason: { code: string; text: string }) => Promise<unknown>
}) {
  const dialog = useRef<HTMLDialogElement>(null)
  const [code, setCode] = useState(codes[0] ?? 'other')
  const [words, setWords] = useState('')
  const [error, setError] = useState<unknown>(null)
  const [busy, setBusy] = useState(false)
  useEffect(() => {
    dialog.current?.showModal()
  }, [])
  // Ctrl-Enter in a field of one line is Enter too: one press sends once.
  const isSending = useRef(false)
  const send = async () => {
    if (isSending.current) return
    isSending.current = true
    setBusy(true)
    setError(null)
    try {
      await submit({ code, text: words })
      onDone()
      onClose()
    } catch (e) {
      setError(e)
    } finally {
      isSending.current = false
      setBusy(false)
    }
  }
  return (
    <dialog ref={dialog} className="dialog" onClose={onClose} aria-labelledby="dialog-title">
      <form
        method="dialog"
        onSubmit={(e) => {
          e.preventDefault()
          void send()
        }}
        onKeyDown={(e) => {
          if (e.key === 'Enter' && (e.ctrlKey || e.metaKey) && ready && words.trim().length >= LEAST) void send()
        }}
      >
        <header>
          <h2 id="dialog-title">{title}</h2>
          <button type="button" className="ib" aria-label="Close" onClick={onClose}>
            <Icon name="x" />
          </button>
        </header>
        <div className="dialog-body">
          {children}
          <label className="lbl">
            Kind of reason
            <select className="field" value={code} onChange={(e) => setCode(e.target.value)}>
              {codes.map((each) => (
                <option key={each}>{each}</option>
              ))}
            </select>
          </label>
          <label className="lbl">
            Your reason, kept with this change; name nobody it is about
            <textarea
              className="field area"
              value={words}
              onChange={(e) => setWords(e.target.value)}
              rows={3}
              required
              minLength={LEAST}
            />
            {words.trim().length < LEAST && (
              <span className="s m">At least {LEAST} characters, so that others understand it.</span>
            )}
          </label>
          {error !== null && <Failure error={error} />}
        </div>
        <footer>
          <button type="button" className="btn" onClick={onClose}>
            Cancel
          </button>
          <button type="submit" className={`btn ${danger ? 'd' : 'p'}`} disabled={busy || !ready || words.trim().length < LEAST}>
            {action} <kbd>Ctrl Enter</kbd>
          </button>
        </footer>
      </form>
    </dialog>
  )
}
