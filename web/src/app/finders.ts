// What a word in the search may be the name or the id of, asked of everything that the caller may see.
import { get, mlflow, native, type Page, post, query, seg } from '../api/client.ts'
import type { Approval, Dataset, Deployment, MlExperiment, MlModel, MlRun, Principal } from '../api/types.ts'
import { count } from '../parts/format.ts'
import { threadOf } from '../parts/paths.ts'

export interface Hit {
  kind: string
  title: string
  hint: string
  /** Where it leads, or what it does. */
  to: string
  search?: Record<string, string>
  act?: () => void
}

type May = (permission: string) => boolean

/** Of each kind. */
const MOST = 5

const like = (text: string) => text.replace(/[%_\\']/g, '')
const holds = (text: string, words: string) => text.toLowerCase().includes(words.toLowerCase())
const RUN = /^[0-9a-f]{32}$/
const UUID = /^[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}$/i
const ENTRY = /^#?\d{1,15}$/

const ofRun = ({ info }: MlRun): Hit => ({ kind: 'run', title: info.run_name, hint: 'run', to: `/ui/runs/${info.run_id}` })

const experiments = async (words: string): Promise<Hit[]> => {
  const found = await get<{ experiments?: MlExperiment[] }>(
    `${mlflow}/experiments/search${query({ max_results: MOST, filter: `name ILIKE '%${like(words)}%'` })}`,
  )
  return (found.experiments ?? []).map((each) => ({
    kind: 'experiment',
    title: each.name,
    hint: 'experiment',
    to: `/ui/experiments/${each.experiment_id}`,
  }))
}

const runById = async (words: string): Promise<Hit[]> =>
  RUN.test(words) ? [ofRun((await get<{ run: MlRun }>(`${mlflow}/runs/get?run_id=${words}`)).run)] : []

const runs = async (words: string): Promise<Hit[]> => {
  const { experiments = [] } = await get<{ experiments?: MlExperiment[] }>(`${mlflow}/experiments/search?max_results=1000`)
  const found = await post<{ runs?: MlRun[] }>(`${mlflow}/runs/search`, {
    experiment_ids: experiments.map((each) => each.experiment_id),
    filter: `attributes.run_name ILIKE '%${like(words)}%'`,
    max_results: MOST,
  })
  return (found.runs ?? []).map(ofRun)
}

const models = async (words: string): Promise<Hit[]> => {
  const found = await get<{ registered_models?: MlModel[] }>(
    `${mlflow}/registered-models/search${query({ max_results: MOST, filter: `name ILIKE '%${like(words)}%'` })}`,
  )
  return (found.registered_models ?? []).map((each) => ({
    kind: 'model',
    title: each.name,
    hint: 'model',
    to: `/ui/models/${seg(each.name)}`,
  }))
}

const datasets = async (words: string): Promise<Hit[]> =>
  (await get<Page<Dataset>>(`${native}/datasets?limit=1000`)).items
    .filter((each) => holds(each.name, words) || each.latest?.digest.startsWith(words))
    .slice(0, MOST)
    .map((each) => ({ kind: 'dataset', title: each.name, hint: 'data set', to: `/ui/data/${seg(each.name)}` }))

const deployments = async (words: string): Promise<Hit[]> =>
  (await get<Page<Deployment>>(`${native}/deployments?limit=1000`)).items
    .filter((each) => holds(each.endpoint, words) || each.id === words.toLowerCase())
    .slice(0, MOST)
    .map((each) => ({
      kind: 'deployment',
      title: `${each.model} v${each.version} at ${each.endpoint}`,
      hint: `deployment, ${each.state.toLowerCase()}`,
      to: threadOf(`deployment:${each.id}`),
    }))

const approvals = async (words: string): Promise<Hit[]> => {
  if (!UUID.test(words)) return []
  const { id, model, version } = await get<Approval>(`${native}/approvals/${words}`)
  return [{ kind: 'approval', title: `Approval of ${model} v${version}`, hint: 'approval', to: threadOf(`approval:${id}`) }]
}

const people = async (words: string): Promise<Hit[]> =>
  (await get<Page<Principal>>(`${native}/users`)).items
    .filter((each) => holds(each.name, words) || each.id.startsWith(words))
    .slice(0, MOST)
    .map((each) => ({ kind: 'principal', title: each.name, hint: 'account', to: '/ui/admin' }))

const FINDERS: [permission: string, find: (words: string) => Promise<Hit[]>][] = [
  ['run.list', runById],
  ['experiment.read', experiments],
  ['run.list', runs],
  ['model.read', models],
  ['dataset.read', datasets],
  ['deployment.log.read', deployments],
  ['approval.read', approvals],
  ['principal.read', people],
]

/** What has this name or id. What may be meant but is not looked up, since a look at it would be recorded, comes last. */
export const find = async (words: string, may: May): Promise<Hit[]> => {
  const found = await Promise.all(
    FINDERS.filter(([permission]) => may(permission)).map(([, each]) => each(words).catch((): Hit[] => [])),
  )
  return [...found.flat(), ...meant(words, may)]
}

const meant = (words: string, may: May): Hit[] => [
  ...(ENTRY.test(words) && may('audit.proof.export')
    ? [
        {
          kind: 'audit',
          title: `Entry ${count(Number(words.replace('#', '')))} of the log`,
          hint: may('audit.read') ? 'entry' : 'proof of the entry',
          to: may('audit.read') ? '/ui/audit' : '/ui/verify',
          search: { entry: words.replace('#', '') },
        },
      ]
    : []),
  ...(may('decision.list')
    ? [{ kind: 'decision', title: words, hint: 'open as decision', to: `/ui/decisions/${seg(words)}` }]
    : []),
]
