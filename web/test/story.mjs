// What the demo leaves open, told on: more runs of the experiment, a second version that waits for its approval.
import { fileURLToPath } from 'node:url'
import { data, fit } from './regression.mjs'

export const EXAMPLE = fileURLToPath(new URL('../../examples/credit', import.meta.url))

/** A client of the interfaces, with one principal's token. */
export const client = (url, token) => {
  const send = async (method, path, body, headers = {}) => {
    const answer = await fetch(url + path, {
      method,
      headers: {
        ...(token ? { Authorization: `Bearer ${token}` } : {}),
        ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    })
    const text = await answer.text()
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text.slice(0, 400)}`)
    return answer.headers.get('content-type')?.includes('json') ? JSON.parse(text) : text
  }
  return {
    get: (path, headers) => send('GET', path, undefined, headers),
    post: (path, body, headers) => send('POST', path, body, headers),
    del: (path, headers) => send('DELETE', path, undefined, headers),
    put: (path, body, headers) => send('PUT', path, body, headers),
    mlflow: (call, body) => send('POST', `/api/2.0/mlflow/${call}`, body),
  }
}

const RATES = [0.3, 1, 3]
const PENALTIES = [0, 0.001, 0.01, 0.1]

/** Logs a grid of regressions as the scientist; answers the ids of the runs, best last. */
export const logRuns = async (scientist, experiment, { epochs = 60 } = {}) => {
  const credit = data(EXAMPLE)
  const made = []
  for (const rate of RATES) {
    for (const l2 of PENALTIES) {
      const started = Date.now()
      const points = fit(credit, { rate, l2, epochs })
      const { run } = await scientist.mlflow('runs/create', {
        experiment_id: experiment,
        run_name: `regression-${rate}-${l2}`,
        start_time: started,
        tags: [
          { key: 'family', value: 'logistic regression' },
          { key: 'sweep', value: 'penalty' },
        ],
      })
      const id = run.info.run_id
      await scientist.mlflow('runs/log-batch', {
        run_id: id,
        params: Object.entries({ rate, l2, epochs, features: credit.train.x[0].length }).map(([key, value]) => ({
          key,
          value: String(value),
        })),
        metrics: points.flatMap(({ step, ...values }) =>
          Object.entries(values).map(([key, value]) => ({ key, value, step, timestamp: started + step })),
        ),
      })
      await scientist.mlflow('runs/update', { run_id: id, status: 'FINISHED', end_time: Date.now() })
      made.push({ id, auc: points.at(-1).validation_auc })
    }
  }
  return made.sort((a, b) => a.auc - b.auc).map((each) => each.id)
}

/** Registers another version from the demo's own model and asks for its approval. */
export const askAgain = async (scientist, model, reason) => {
  const first = await scientist.get(`/api/2.0/mlflow/model-versions/get?name=${model}&version=1`)
  const { source, run_id, model_id } = first.model_version
  const second = await scientist.mlflow('model-versions/create', {
    name: model,
    source,
    run_id,
    model_id: model_id ?? source.replace('models:/', ''),
    description: 'The same trees, registered again for the second product',
  })
  const version = second.model_version.version
  const { approval } = await scientist.post('/api/clew/v1/approvals', {
    model,
    version,
    reason: { code: 'promotion', text: reason },
  })
  return { version, approval: approval.id }
}
