// Shapes of the native interface (GET /api/clew/v1/openapi.json) and of MLflow's, as far as pages read them.

export interface Entry {
  seq: number
  time: string
  act: string
  who: string
  name: string
  resource?: string | undefined
  scope: number
}
/** A row that an entry changed. */
export interface RowChange {
  table: string
  key: string
  digest?: string | undefined
  /** Left out where a row was not there, or may not be read. */
  from?: Record<string, unknown>
  to?: Record<string, unknown>
}
export interface EntryDetail extends Entry {
  on_behalf_of?: string | undefined
  why?: string | undefined
  reason?: string | undefined
  client_time?: string | undefined
  refs: { rel: string; ref: string }[]
  changes: RowChange[]
  records?: number | undefined
  leaf_hash: string
  leaf: string
}
/** One change of a run, an experiment, a model or a version. */
export interface Changed {
  seq: number
  at: string
  act: string
  who: string
  who_name: string
  what: string
  from?: string | undefined
  to?: string | undefined
  why?: string | undefined
  reason?: string | undefined
  erased: boolean
}
export interface Happening {
  seq: number
  time: string
  act: string
  who: string
  why?: string | undefined
  reason?: string | undefined
}
export interface ThreadNode {
  ref: string
  kind: string
  id: string
  title: string
  state?: string | undefined
  time?: string | undefined
  level: number
  seq?: number | undefined
  details: Record<string, unknown>
  history: Happening[]
}
export interface ThreadLink {
  from: string
  rel: string
  to: string
  seq?: number | undefined
}
export interface Thread {
  as_of: { seq: number; time?: string | undefined }
  truncated: boolean
  reason?: string | undefined
  nodes: ThreadNode[]
  links: ThreadLink[]
  groups: ThreadGroup[]
}
/** Records too many to be listed, with the same link to one thing. */
export interface ThreadGroup {
  to: string
  rel: string
  kind: string
  count: number
}
export interface DecisionSummary {
  id: string
  event_time: string
  deployment?: string | undefined
  model?: string | undefined
  version?: number | undefined
  outcome?: string | undefined
  score?: number | undefined
}
export interface Decision {
  id: string
  masked: boolean
  erased: boolean
  received_at: string
  who: string
  seq?: number | undefined
  i?: number | undefined
  digest: string
  deployment?: string | undefined
  endpoint?: string | undefined
  model?: string | undefined
  version?: number | undefined
  event_time?: string | undefined
  client_id?: string | undefined
  features?: Record<string, unknown> | undefined
  outcome?: string | undefined
  score?: number | undefined
  threshold?: number | undefined
  rules?: string[] | undefined
  decisive?: string | undefined
  protected_attributes?: Record<string, unknown> | undefined
  late?: boolean | undefined
}
export interface Explanation {
  id: string
  base: number
  margin: number
  prediction: number
  method: string
  semantics: string
  additivity_error: number
  attributions: { feature: string; value?: unknown; phi: number; direction: string }[]
  reasons?:
    | {
        policy: string
        decisive: string
        codes: { code: string; features: string[]; share: number; text: Record<string, string> }[]
      }
    | undefined
  flags: string[]
  provenance: Record<string, string>
  result_digest: string
}
export interface Feedback {
  id: string
  kind: string
  value: unknown
  reported_time: string
  who: string
  who_name: string
  from?: string | undefined
  to?: string | undefined
  reason?: string | undefined
  text?: string | undefined
  seq?: number | undefined
}
export interface Approval {
  id: string
  model?: string | undefined
  version?: number | undefined
  digest: string
  state: string
  required: number
  granted: number
  requested_by: string
  requested_by_name: string
  requested_at: string
  expires_at: string
  votes: { voter: string; voter_name: string; vote: string; self_approved: boolean; at: string }[]
}
export interface Deployment {
  id: string
  endpoint: string
  tier: string
  model?: string | undefined
  version?: number | undefined
  state: string
  requested_by: string
  requested_by_name: string
  why: string
  reason?: string | undefined
  approval?: string | undefined
  self_approved: boolean
  requested_at: string
  live_from?: string | undefined
  ended_at?: string | undefined
}
export interface Dataset {
  id: string
  name: string
  description: string
  created_at: string
  created_by: string
  created_by_name: string
  latest?: DatasetVersion | undefined
}
export interface DatasetVersion {
  id: string
  dataset: string
  digest: string
  sha256?: string | undefined
  source_type: string
  source: string
  format?: string | undefined
  license?: string | undefined
  rows?: number | undefined
  bytes?: number | undefined
  schema: { name: string; type: string; description?: string }[] | unknown
  profile: unknown
  created_at: string
  created_by: string
  created_by_name: string
}
export interface Principal {
  id: string
  name: string
  state: string
  owner?: string | undefined
  roles: {
    id: string
    role: string
    title: string
    scope: string
    expires_at?: string | undefined
    ended: boolean
    granted_by: string
    granted_by_name: string
  }[]
}

// MLflow
export interface Label {
  key: string
  value: string
}
export interface Metric {
  key: string
  value: number | string
  timestamp: number
  step: number
}
export interface MlExperiment {
  experiment_id: string
  name: string
  lifecycle_stage: string
  creation_time?: number
  last_update_time?: number
  tags?: Label[]
}
export interface MlRun {
  info: {
    run_id: string
    run_name: string
    experiment_id: string
    status: string
    start_time: number
    end_time?: number
    lifecycle_stage: string
    user_id?: string
    artifact_uri?: string
  }
  data: { metrics?: Metric[]; params?: Label[]; tags?: Label[] }
  inputs?: {
    dataset_inputs?: { tags?: Label[]; dataset: { name: string; digest: string; source_type: string; source: string } }[]
  }
}
export interface MlModel {
  name: string
  creation_timestamp?: number
  last_updated_timestamp?: number
  description?: string
  latest_versions?: MlVersion[]
  tags?: Label[]
  aliases?: { alias: string; version: string }[]
}
export interface MlVersion {
  name: string
  version: string
  creation_timestamp?: number
  last_updated_timestamp?: number
  current_stage?: string
  description?: string
  source?: string
  run_id?: string
  status?: string
  tags?: Label[]
  aliases?: string[]
}

/** What Clew knows of a model version beside what MLflow tells. */
export interface VersionFacts {
  digest: string
  files: number
  bytes: number
  model_id?: string | undefined
  registered_by: string
  registered_by_name: string
  contributors: string[]
}

/** A model as it was logged, before anybody registers it. */
export interface LoggedModel {
  info: {
    model_id: string
    name: string
    status: string
    model_type?: string
    creation_timestamp_ms: number
    source_run_id?: string
    registrations?: { name: string; version: string }[]
  }
  data?: { metrics?: Metric[]; params?: Label[] }
}

export interface RunInShort {
  id: string
  name: string
  experiment: string
  experiment_name: string
  status: string
  started_at: string
  ended_at?: string | undefined
  metrics: Record<string, number | string>
}
