// Runs before the rest of the code is read, and imports none of it: who asks stands in the page, so that what the first page shows can be
// asked for at once. `api/client.ts` takes the answers; what it asks otherwise is asked again.

const told = document.querySelector('meta[name=session]')?.getAttribute('content') ?? ''
const asked = new Map<string, Promise<Response>>()
Object.assign(globalThis, { clewEarly: asked })

const ask = (path: string) => {
  const answer = fetch(path, { headers: { Accept: 'application/json' }, credentials: 'same-origin' })
  // Who takes the answer takes its failure too; nobody may.
  answer.catch(() => undefined)
  asked.set(path, answer)
}

const first = () => {
  const { state, permissions, justified } = JSON.parse(told) as {
    state: string
    permissions: string[]
    justified: string[]
  }
  if (location.pathname !== '/' || state === 'anonymous') return
  const may = (permission: string) => permissions.includes(permission) && !justified.includes(permission)
  const native = '/api/clew/v1'
  if (may('run.list')) ask(`${native}/runs?limit=6`)
  if (may('approval.read')) ask(`${native}/approvals?state=pending&limit=100`)
  if (may('deployment.log.read')) ask(`${native}/deployments?state=live&limit=50`)
  // With a purpose given before, the page asks with it, and would leave this answer unread.
  if (may('decision.list') && !sessionStorage.getItem('clew-why')) ask(`${native}/decisions?limit=6`)
  ask('/ledger/checkpoint')
  if (may('audit.read')) ask(`${native}/ledger/entries?limit=6`)
}

try {
  first()
} catch {
  // a page that was not rendered by the server says nothing
}
