import { useState } from 'react'
import { native, postAs } from '../api/client.ts'
import { Failure } from '../parts/states.tsx'
import { useSigning } from './session.ts'

/** The first user of a server, made with the token that it printed when it started: a security administrator, who makes the others. */
export function FirstUser() {
  const { signIn } = useSigning()
  const [token, setToken] = useState('')
  const [name, setName] = useState('')
  const [password, setPassword] = useState('')
  const [error, setError] = useState<unknown>(null)
  const [isBusy, setBusy] = useState(false)
  const make = async () => {
    setBusy(true)
    setError(null)
    try {
      await postAs(token.trim(), `${native}/users`, { name: name.trim(), role: 'SA', password })
      await signIn({ user: name.trim(), password })
    } catch (e) {
      setError(e)
      setBusy(false)
    }
  }
  return (
    <details className="b">
      <summary>No user yet?</summary>
      <p className="s m">
        The server printed a token when it started, and keeps it for a day in <code>keys/bootstrap.token</code> of its data
        directory. It makes one user: a security administrator, who makes the others.
      </p>
      <form
        onSubmit={(e) => {
          e.preventDefault()
          void make()
        }}
      >
        <label className="lbl">
          Token of the start
          <input
            className="field"
            type="password"
            value={token}
            autoComplete="off"
            onChange={(e) => setToken(e.target.value)}
            required
          />
        </label>
        <label className="lbl">
          Name of the first user
          <input className="field" value={name} autoComplete="username" onChange={(e) => setName(e.target.value)} required />
        </label>
        <label className="lbl">
          New password
          <input
            className="field"
            type="password"
            value={password}
            autoComplete="new-password"
            onChange={(e) => setPassword(e.target.value)}
            required
          />
        </label>
        {error !== null && <Failure error={error} />}
        <button type="submit" className="btn" disabled={isBusy || !token || !name || !password}>
          Make and sign in
        </button>
      </form>
    </details>
  )
}
