import { useEffect, useState } from 'react'
import { Failure } from '../parts/states.tsx'
import { FirstUser } from './FirstUser.tsx'
import { useSession, useSigning } from './session.ts'

/** @param hasEnded whether somebody was signed in until now */
export function SignIn({ hasEnded = false }: { hasEnded?: boolean }) {
  const { signIn } = useSigning()
  const [way, setWay] = useState<'token' | 'password'>('token')
  const [user, setUser] = useState('')
  const [secret, setSecret] = useState('')
  const [error, setError] = useState<unknown>(null)
  const [busy, setBusy] = useState(false)
  useEffect(() => {
    document.title = 'Sign in · Clew'
  }, [])
  const send = async () => {
    setBusy(true)
    setError(null)
    try {
      await signIn(way === 'token' ? { token: secret.trim() } : { user, password: secret })
    } catch (e) {
      setError(e)
      setBusy(false)
    }
  }
  return (
    <main className="card sign">
      <header>
        <h1>Sign in to Clew</h1>
      </header>
      <form
        className="b"
        onSubmit={(e) => {
          e.preventDefault()
          void send()
        }}
      >
        {hasEnded && (
          <p className="note" role="status">
            Your session ended. Sign in, and you are where you were.
          </p>
        )}
        <div className="seg" role="group" aria-label="How">
          <button type="button" aria-pressed={way === 'token'} onClick={() => setWay('token')}>
            Token
          </button>
          <button type="button" aria-pressed={way === 'password'} onClick={() => setWay('password')}>
            User and password
          </button>
        </div>
        {way === 'password' && (
          <label className="lbl">
            User
            <input className="field" value={user} autoComplete="username" onChange={(e) => setUser(e.target.value)} required />
          </label>
        )}
        <label className="lbl">
          {way === 'token' ? 'Token' : 'Password'}
          <input
            className="field"
            type="password"
            value={secret}
            autoComplete={way === 'token' ? 'off' : 'current-password'}
            onChange={(e) => setSecret(e.target.value)}
            required
          />
        </label>
        <p className="s m">
          A token comes from your security administrator, or from <code>clew token create --user NAME</code> on the server’s
          machine.
        </p>
        {error !== null && <Failure error={error} />}
        <button type="submit" className="btn p" disabled={busy || !secret}>
          Sign in
        </button>
      </form>
      <FirstUser />
      <Door />
    </main>
  )
}

/** Which server this is, so that nobody gives a secret to another: its address, the name of its log and the id of its key. */
function Door() {
  const [name, key] = (useSession().data?.log ?? '').split('+')
  return (
    <p className="b s m brk">
      This is {location.host}
      {name && (
        <>
          ; its log is <span className="mono">{name}</span>, signed with key <span className="mono">{key}</span>
        </>
      )}
      .
    </p>
  )
}
