// Shapes of answers by the names that pages know them by. Those of the native interface are written from its document (schema.ts).
import type * as schema from './schema.ts'

export type Entry = schema.EntryView
export type EntryDetail = schema.EntryDetail
/** A row that an entry changed; `from` and `to` are left out where it was not there, or may not be read. */
export type RowChange = schema.RowView
/** One change of a run, an experiment, a model or a version. */
export type Changed = schema.ChangesChanged
export type Happening = schema.Happening
export type ThreadNode = schema.ThreadNode
export type ThreadLink = schema.ThreadLink
export type Thread = schema.FollowedThread
/** Records too many to be listed, with the same link to one thing. */
export type ThreadGroup = schema.Group
export type Decision = schema.DecisionView
/** As lists show it: without what is personal. */
export type DecisionSummary = schema.DecisionView
export type Explanation = schema.ExplanationView
export type Feedback = schema.FeedbackView
export type Approval = schema.ApprovalView
export type Deployment = schema.DeploymentView
export type Dataset = schema.DatasetView
export type DatasetVersion = schema.VersionView
export type Principal = schema.PrincipalView
export type Denial = schema.DenialView
export type RunInShort = schema.RunInShort
/** What Clew knows of a model version beside what MLflow tells. */
export type VersionFacts = schema.Version

// MLflow's own interface, as far as pages read it.
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
