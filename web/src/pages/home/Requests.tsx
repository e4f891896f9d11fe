import { Link } from '@tanstack/react-router'
import type { Approval } from '../../api/types.ts'
import { Icon } from '../../parts/Icon.tsx'
import { Card } from '../../parts/layout.tsx'
import { Person, Time } from '../../parts/marks.tsx'

export function Requests({ title, of, isOwn = false }: { title: string; of: Approval[]; isOwn?: boolean }) {
  return (
    <Card title={title} right={<span className={`chip ${isOwn ? '' : 'am'}`}>{of.length}</span>} flush>
      <ul className="need">
        {of.map((approval) => (
          <li key={approval.id}>
            <span className={`need-i ${isOwn ? 'own' : ''}`}>
              <Icon name="approvals" size={16} />
            </span>
            <div>
              <b>
                {isOwn ? 'Approval of ' : 'Approve '}
                {approval.model} v{approval.version}
              </b>
              <div className="s m">
                {isOwn ? (
                  'Somebody else decides'
                ) : (
                  <>
                    Asked by <Person id={approval.requested_by} name={approval.requested_by_name} />
                  </>
                )}{' '}
                · {approval.granted} of {approval.required} votes in
              </div>
            </div>
            <span className="m s">
              <Time at={approval.requested_at} />
            </span>
            <Link className="btn sm" to="/ui/approvals">
              {isOwn ? 'Open' : 'Review'}
            </Link>
          </li>
        ))}
      </ul>
    </Card>
  )
}
