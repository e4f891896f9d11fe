// What is measured, put into an empty server that knows no users: many runs, long series, a wide thread. Does nothing when it is there.

const LOADERS = 16
const API = '/api/2.0/mlflow'

/** Numbers that are the same each time, between 0 and 1. */
const drawn = (seed) => {
  let state = seed >>> 0
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}

const sender = (url) => async (path, body, method = 'POST') => {
  const answer = await fetch(url + path, {
    method,
    headers: { 'Content-Type': 'application/json' },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  })
  const text = await answer.text()
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text.slice(0, 300)}`)
  return text ? JSON.parse(text) : null
}

/** Does something for each number from one up to a count, several at once. */
const each = async (count, work, first = 0) => {
  let next = first
  await Promise.all(
    Array.from({ length: LOADERS }, async () => {
      while (next < count) await work(next++)
    }),
  )
}

/** The experiment of a name, made when it is not there; and whether it is new. */
const experiment = async (send, name) => {
  try {
    const { experiment } = await send(`${API}/experiments/get-by-name?experiment_name=${name}`, undefined, 'GET')
    return { id: experiment.experiment_id, isNew: false }
  } catch {
    return { id: (await send(`${API}/experiments/create`, { name })).experiment_id, isNew: true }
  }
}

const START = 1_700_000_000_000

/** Finished runs of 10 metrics, 10 parameters and 3 tags each. */
export const manyRuns = async (url, count) => {
  const send = sender(url)
  const { id } = await experiment(send, `measured-${count}-runs`)
  const newest = await send(`${API}/runs/search`, {
    experiment_ids: [id],
    order_by: ['attributes.start_time DESC'],
    max_results: 1,
  })
  // Goes on where it was stopped.
  const there = newest.runs?.length ? Number(newest.runs[0].info.run_name.slice(4)) + 1 : 0
  await each(count, async (i) => {
    const random = drawn(i)
    const start = START + i * 1_000
    const { run } = await send(`${API}/runs/create`, {
      experiment_id: id,
      run_name: `run-${i}`,
      start_time: start,
      tags: [
        { key: 'team', value: `team-${i % 100}` },
        { key: 'stage', value: 'abc'[i % 3] },
        { key: 'ticket', value: `x${i}` },
      ],
    })
    await send(`${API}/runs/log-batch`, {
      run_id: run.info.run_id,
      metrics: Array.from({ length: 10 }, (_, m) => ({ key: `m${m}`, value: random(), timestamp: start, step: 0 })),
      params: Array.from({ length: 10 }, (_, p) => ({ key: `p${p}`, value: String(Math.floor(random() * 100)) })),
    })
    await send(`${API}/runs/update`, { run_id: run.info.run_id, status: 'FINISHED', end_time: start + 60_000 })
  }, there)
  return id
}

/** Runs whose one metric has many points: a noisy fall with its own pace. */
export const longSeries = async (url, runs, points) => {
  const send = sender(url)
  const { id, isNew } = await experiment(send, `measured-${runs}-series`)
  if (!isNew) return id
  await each(runs, async (i) => {
    const random = drawn(i)
    const pace = 200 + random() * 2_000
    const { run } = await send(`${API}/runs/create`, { experiment_id: id, run_name: `series-${i}`, start_time: START + i })
    for (let first = 0; first < points; first += 1_000) {
      await send(`${API}/runs/log-batch`, {
        run_id: run.info.run_id,
        metrics: Array.from({ length: Math.min(1_000, points - first) }, (_, at) => {
          const step = first + at
          return { key: 'loss', value: Math.exp(-step / pace) + random() * 0.1, timestamp: START + step, step }
        }),
      })
    }
    await send(`${API}/runs/update`, { run_id: run.info.run_id, status: 'FINISHED', end_time: START + points })
  })
  return id
}

/** One version of a data set and what rests on it: runs, a file of each, a model version of each. Answers the version's id. */
export const wideThread = async (url, nodes) => {
  const send = sender(url)
  const { id, isNew } = await experiment(send, `measured-${nodes}-nodes`)
  const set = 'measured-data'
  if (isNew) {
    await send(`${API}/registered-models/create`, { name: 'measured-model' })
    await each(Math.ceil((nodes - 2) / 3), async (i) => {
      const { run } = await send(`${API}/runs/create`, { experiment_id: id, run_name: `trained-${i}`, start_time: START + i })
      const run_id = run.info.run_id
      const digest = 'a'.repeat(32)
      await send(`${API}/runs/log-inputs`, {
        run_id,
        datasets: [{ dataset: { name: set, digest, source_type: 'local', source: 'data.csv' } }],
      })
      await send(`${API}-artifacts/artifacts/${id}/${run_id}/artifacts/model/MLmodel`, `flavors: {}\nrun: ${i}\n`, 'PUT')
      await send(`${API}/model-versions/create`, { name: 'measured-model', source: `runs:/${run_id}/model`, run_id })
    })
  }
  const { items } = await send(`/api/clew/v1/datasets/${set}/versions?limit=1`, undefined, 'GET')
  return items[0].id
}
