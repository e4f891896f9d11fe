import type { Decision } from '../../api/types.ts'
import { Icon } from '../../parts/Icon.tsx'
import { Card } from '../../parts/layout.tsx'

/** Every column of the input as it was sent; protected attributes apart from them. */
export function WentIn({ decision }: { decision: Decision }) {
  const features = Object.entries(decision.features ?? {})
  const apart = Object.entries(decision.protected_attributes ?? {})
  return (
    <Card title="What went in" right={`${features.length} columns`} flush>
      <dl className="inp">
        {features.map(([name, value]) => (
          <div key={name}>
            <dt>
              <code>{name}</code>
            </dt>
            <dd>{value === null ? '–' : String(value)}</dd>
          </div>
        ))}
      </dl>
      {apart.length > 0 && (
        <div className="apart">
          <Icon name="lock" />
          <span>
            <b>Kept apart for fairness checks</b>, the model does not see them:{' '}
            {apart.map(([name, value]) => (
              <span key={name}>
                <code>{name}</code> {String(value)}{' '}
              </span>
            ))}
          </span>
        </div>
      )}
    </Card>
  )
}
