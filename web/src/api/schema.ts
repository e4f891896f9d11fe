// Written by types.mjs from GET /api/clew/v1/openapi.json; the tests of the pages say when it is not what the server says.
// What is not always there is left out of an answer: it is undefined, never null.

export interface ApprovalView {
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
  votes: VoteView[]
}

export interface ApprovalsApiChanged {
  approval: ApprovalView
  seqs: number[]
}

export interface AsOf {
  seq: number
  time?: string | undefined
}

export interface Bucket {
  from: string
  count: number
}

export interface Changed {
  deployment: DeploymentView
  seqs: number[]
}

export interface ChangesChanged {
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

export interface CheckpointView {
  size: number
  root: string
}

export interface Content {
  run_id: string
  points: number
  params: number
  tags: number
  inputs: number
  digest: string
}

export interface Contents {
  runs: Content[]
}

export interface Counts {
  buckets: Bucket[]
  newest: boolean
}

export interface DatasetView {
  id: string
  name: string
  description: string
  created_at: string
  created_by: string
  created_by_name: string
  latest?: VersionView | undefined
}

export interface DecisionView {
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
  scores?: Record<string, number> | undefined
  label?: string | undefined
  threshold?: number | undefined
  rules?: string[] | undefined
  policy?: Record<string, unknown> | undefined
  resolution?: string | undefined
  request_id?: string | undefined
  row?: number | undefined
  trace_id?: string | undefined
  parent?: string | undefined
  case_id?: string | undefined
  status?: string | undefined
  error?: string | undefined
  latency_us?: number | undefined
  decisive?: string | undefined
  human?: Record<string, unknown> | undefined
  shadow?: boolean | undefined
  late?: boolean | undefined
  source?: string | undefined
  legal_basis?: string | undefined
  retention?: string | undefined
  weight?: number | undefined
  protected_attributes?: Record<string, unknown> | undefined
}

export interface DecisionsApiCounts {
  outcomes: Record<string, number>
}

export interface DecisionsBucket {
  from: string
  outcomes: Record<string, number>
}

export interface DecisionsCounts {
  buckets: DecisionsBucket[]
  newest: boolean
}

export interface DenialView {
  id: string
  who: string
  name: string
  scope: number
  permission?: string | undefined
  code: string
  count: number
  kind?: string | undefined
  thing?: string | undefined
  first: string
  last: string
}

export interface DeploymentView {
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
  previous?: string | undefined
  config?: string | undefined
  self_approved: boolean
  requested_at: string
  live_from?: string | undefined
  ended_at?: string | undefined
}

export interface EntryDetail {
  seq: number
  time: string
  act: string
  who: string
  name: string
  on_behalf_of?: string | undefined
  resource?: string | undefined
  why?: string | undefined
  reason?: string | undefined
  scope?: number | undefined
  client_time?: string | undefined
  refs: RefView[]
  changes: RowView[]
  records?: number | undefined
  leaf_hash: string
  leaf: string
}

export interface EntryView {
  seq: number
  time: string
  act: string
  who: string
  name: string
  resource?: string | undefined
  scope: number
}

export interface ErasureView {
  erasure: string
  state: string
  basis: string
  requested_by: string
  requested_at: string
  text?: string | undefined
  decided_by?: string | undefined
  decided_at?: string | undefined
  ground?: string | undefined
  reason?: string | undefined
  self_executed: boolean
  records?: number | undefined
  destroyed_at?: string | undefined
  complete_at?: string | undefined
  verified_at?: string | undefined
  entries: Proven[]
}

export interface ExplanationView {
  id: string
  decision: string
  seq?: number | undefined
  method: string
  semantics: string
  space: string
  base: number
  margin: number
  prediction: number
  additivity_error: number
  attributions: FeatureAttribution[]
  reasons?: Reasons | undefined
  flags: string[]
  provenance: Record<string, unknown>
  result_digest: string
}

export interface FeatureAttribution {
  feature: string
  value?: unknown | undefined
  phi: number
  direction: string
}

export interface FeatureView {
  name: string
  type: string
  tag: string
}

export interface FeedbackApiStatuses {
  items: FeedbackItemStatus[]
}

export interface FeedbackItemStatus {
  id?: string | undefined
  decision?: string | undefined
  status: string
  digest?: string | undefined
  error?: string | undefined
}

export interface FeedbackView {
  id: string
  kind: string
  value?: unknown | undefined
  observed_time?: string | undefined
  reported_time: string
  who: string
  who_name: string
  channel?: string | undefined
  confidence?: number | undefined
  supersedes?: string | undefined
  from?: string | undefined
  to?: string | undefined
  reason?: string | undefined
  text?: string | undefined
  appeal_state?: string | undefined
  seq?: number | undefined
}

export interface FollowedThread {
  as_of: AsOf
  truncated: boolean
  reason?: string | undefined
  nodes: ThreadNode[]
  links: ThreadLink[]
  groups: Group[]
}

export interface Found {
  handle: string
  expires_at: string
}

export interface Giving {
  grant: RoleGrantView
  how: string[]
}

export interface Group {
  to: string
  rel: string
  kind: string
  count: number
}

export interface Happening {
  seq: number
  time: string
  act: string
  who: string
  why?: string | undefined
  reason?: string | undefined
}

export interface Held {
  kind: string
  id: string
  recorded_at: string
  seq?: number | undefined
  i?: number | undefined
  content?: unknown | undefined
  withheld?: string | undefined
  proof?: string | undefined
}

export interface Home {
  id: string
  experiment_id: string
  created: boolean
  deleted: boolean
}

export interface Homes {
  experiments: Home[]
}

export interface Issued {
  id: string
  owner: string
  name: string
  token: string
  expires_at?: string | undefined
}

export interface ItemStatus {
  id?: string | undefined
  status: string
  digest?: string | undefined
  error?: string | undefined
  seq?: number | undefined
  i?: number | undefined
  checkpoint?: string | undefined
}

export interface Kept {
  kind: string
  id: string
  why: string
  remedy: string
}

export interface LineView {
  run: string
  count: number
  not_finite: number
  complete: boolean
  at: number[]
  value: number[]
}

export interface LinesView {
  metric: string
  axis: string
  width: number
  lines: LineView[]
}

export interface Look {
  id: string
  at: string
  purpose: string
  channel: string
  roles: string[]
  who?: string | undefined
  count: number
  records: string[]
}

export interface Model {
  name: string
  description: string
  prompt: boolean
  created_by: string
  created_at: string
  updated_at: string
  tags: Record<string, string>
  aliases: Record<string, number>
  latest_versions: number[]
}

export interface PrincipalView {
  id: string
  name: string
  state: string
  owner?: string | undefined
  roles: RoleGrantView[]
}

export interface PrivacyApiChanged {
  erasure: string
  state: string
  seqs: number[]
}

export interface Problem {
  type: string
  title: string
  detail: string
  request_id?: string | undefined
  code: 'INVALID_ARGUMENT' | 'MALFORMED_BODY' | 'UNKNOWN_FIELD' | 'UNAUTHENTICATED' | 'FORBIDDEN' | 'JUSTIFICATION_REQUIRED' | 'APPROVAL_REQUIRED' | 'SEPARATION_OF_DUTIES' | 'NOT_FOUND' | 'METHOD_NOT_ALLOWED' | 'PAYLOAD_TOO_LARGE' | 'UNSUPPORTED_MEDIA_TYPE' | 'HOST_REFUSED' | 'TIMEOUT' | 'ERASED' | 'USAGE' | 'ALREADY_EXISTS' | 'STALE' | 'WRONG_STATE' | 'IDEMPOTENCY_KEY_REUSED' | 'CLIENT_ID_CONFLICT' | 'HELD' | 'IDEMPOTENCY_KEY_TAKEN' | 'OVERLOADED' | 'QUOTA_EXCEEDED' | 'READ_ONLY' | 'UNAVAILABLE' | 'LEDGER_DAMAGED' | 'ROW_DAMAGED' | 'BLOB_DAMAGED' | 'ROLLED_BACK' | 'KEY_MISSING' | 'INTERNAL' | 'CONFIGURATION'
  status: number
}

export interface Progress {
  backup: string
  state: string
  started_at: string
  ended_at?: string | undefined
  entries?: number | undefined
  files?: number | undefined
  bytes?: number | undefined
  manifest?: string | undefined
  seq?: number | undefined
  error?: string | undefined
}

export interface Proven {
  act: string
  seq: number
  proof: string
}

export interface PurgeReport {
  purge: string
  state: string
  dry_run: boolean
  older_than_seconds: number
  step: string
  started_at: string
  ended_at?: string | undefined
  purged: PurgeReportCounts
  kept_count: number
  kept: Kept[]
  error?: string | undefined
}

export interface PurgeReportCounts {
  runs: number
  logged_models: number
  experiments: number
  traces: number
  points: number
  files: number
  blobs: number
  blob_bytes: number
}

export interface Reason {
  code?: 'promotion' | 'rollback' | 'fix' | 'request' | 'schedule' | 'policy' | 'incident' | 'retention' | 'import' | 'other' | undefined
  text?: string | undefined
}

export interface ReasonView {
  code: string
  features: string[]
  share: number
  text: Record<string, string>
}

export interface Reasons {
  policy: string
  decisive: string
  codes: ReasonView[]
  alarms: string[]
  faithfulness?: number | undefined
}

export interface Recorded {
  id: string
}

export interface RefView {
  rel: string
  ref: string
}

export interface Refusal {
  id: string
  why: string
}

export interface RightView {
  user: string
  name: string
  permission: string
  may: boolean
  grants: Giving[]
  roles: string[]
}

export interface RoleGrantView {
  id: string
  role: string
  title: string
  scope: string
  expires_at?: string | undefined
  ended: boolean
  granted_by: string
  granted_by_name: string
}

export interface RowView {
  table: string
  key: string
  digest?: string | undefined
  from?: Record<string, unknown> | undefined
  to?: Record<string, unknown> | undefined
}

export interface RunInShort {
  id: string
  name: string
  experiment: string
  experiment_name: string
  status: string
  started_at: string
  ended_at?: string | undefined
  metrics: Record<string, number>
}

export interface SchemaView {
  id: string
  version: string
  features: FeatureView[]
  classes: string[]
}

export interface SessionView {
  id: string
  who: string
  name: string
  since: string
  seen: string
  until: string
  narrowed: boolean
}

export interface Statuses {
  items: ItemStatus[]
  checkpoint?: string | undefined
}

export interface StoredPage {
  url?: string | undefined
  expires_at: string
}

export interface Taken {
  created: number
  extended: number
  unchanged: number
  refused: Refusal[]
  notes: string[]
}

export interface ThreadLink {
  from: string
  rel: string
  to: string
  seq?: number | undefined
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

export interface TokenView {
  id: string
  owner: string
  owner_name: string
  name: string
  created_at: string
  created_by_name: string
  expires_at?: string | undefined
  permissions: string[]
}

export interface Version {
  model: string
  version: number
  digest: string
  files: number
  bytes: number
  source: string
  location: string
  run_id: string
  model_id?: string | undefined
  stage: string
  description: string
  registered_by: string
  registered_by_name: string
  contributors: string[]
  created_at: string
  updated_at: string
  tags: Record<string, string>
  aliases: string[]
}

export interface VersionView {
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
  schema: unknown
  profile?: unknown | undefined
  created_at: string
  created_by: string
  created_by_name: string
}

export interface VoteView {
  voter: string
  voter_name: string
  vote: string
  self_approved: boolean
  at: string
}

export interface WhoView {
  state: string
  who?: string | undefined
  name?: string | undefined
  roles: string[]
  permissions: string[]
  justified: string[]
  audited: string[]
  csrf?: string | undefined
  project?: string | undefined
  log: string
}

export interface postDecisionsItem {
  client_id?: string | undefined
  event_time?: string | undefined
  deployment?: string | undefined
  endpoint?: string | undefined
  model?: string | undefined
  version?: unknown | undefined
  features?: Record<string, unknown> | undefined
  outcome?: string | undefined
  score?: number | undefined
  scores?: Record<string, unknown> | undefined
  label?: string | undefined
  threshold?: number | undefined
  rules?: unknown[] | undefined
  policy?: Record<string, unknown> | undefined
  subject?: Record<string, unknown> | undefined
  protected?: Record<string, unknown> | undefined
  request_id?: string | undefined
  row?: number | undefined
  trace_id?: string | undefined
  parent?: string | undefined
  case?: string | undefined
  status?: string | undefined
  error?: string | undefined
  latency_us?: number | undefined
  decisive?: string | undefined
  human?: Record<string, unknown> | undefined
  shadow?: boolean | undefined
  source?: string | undefined
  legal_basis?: string | undefined
  retention?: string | undefined
  weight?: number | undefined
}

export interface postFeedbackItem {
  kind: string
  decision_id?: string | undefined
  decision?: string | undefined
  decision_client_id?: string | undefined
  value?: unknown | undefined
  override?: Record<string, unknown> | undefined
  appeal_state?: string | undefined
  observed_time?: string | undefined
  channel?: string | undefined
  evidence?: string | undefined
  confidence?: number | undefined
  supersedes?: string | undefined
  text?: string | undefined
  label_schema?: string | undefined
  client_id?: string | undefined
}
