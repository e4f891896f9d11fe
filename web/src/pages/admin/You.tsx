import { useSession } from '../../app/session.ts'
import { Card, Facts } from '../../parts/layout.tsx'

/** Who somebody is here, and what that allows. */
export function You() {
  const session = useSession().data
  return (
    <Card title="You">
      <Facts
        of={[
          ['Name', session?.state === 'open' ? 'this machine' : session?.name],
          [
            'Id',
            <span key="i" className="mono">
              {session?.who}
            </span>,
          ],
          ['Roles', session?.roles.join(', ')],
          ['Rights', `${session?.permissions.length ?? 0} in your project`],
        ]}
      />
      <details>
        <summary>What you may do</summary>
        <p className="s mono">{session?.permissions.join(' · ')}</p>
      </details>
    </Card>
  )
}
