import { useSession } from '../../app/session.ts'
import { Card } from '../../parts/layout.tsx'
import { Copy } from '../../parts/marks.tsx'

/** What to copy on a server that holds nothing yet. */
export function FirstSteps({ url }: { url: string }) {
  const isOpen = useSession().data?.state === 'open'
  const steps: [string, string][] = [
    [
      'Log a run from Python',
      `import mlflow\nmlflow.set_tracking_uri("${url}")\nwith mlflow.start_run():\n    mlflow.log_metric("auc", 0.78)`,
    ],
    [
      'Log a run from Java',
      `var client = new org.mlflow.tracking.MlflowClient("${url}");\nvar run = client.createRun("0").getRunId();\nclient.logMetric(run, "auc", 0.78);`,
    ],
    [
      'Record a decision',
      `curl -X POST ${url}/api/clew/v1/decisions -H 'Content-Type: application/json' \\\n  -d '{"client_id": "a-1", "features": {"age": 33}, "outcome": "denied", "score": 0.7}'`,
    ],
    ['Make the first user', './clew user add NAME --role SA'],
  ]
  return (
    <Card title="First steps">
      <p className="t2">
        Nothing is recorded yet. {isOpen && 'As long as there is no user, this machine may do everything without a token.'}
      </p>
      {steps.map(([title, line]) => (
        <div key={title}>
          <h3>{title}</h3>
          <pre className="cmd">
            {line}
            <Copy text={line} label="line" />
          </pre>
        </div>
      ))}
    </Card>
  )
}
