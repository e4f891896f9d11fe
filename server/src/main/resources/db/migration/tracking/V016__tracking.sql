-- Experiments, runs, logged models and what they log. Runs, logged models and experiments share one space of numbers (nid):
-- what owns parameters, tags, metrics and files. seq and salt belong to the journal.
CREATE TABLE key_name (
  key_id ${bigint} NOT NULL PRIMARY KEY,
  name ${text} NOT NULL,
  seq ${bigint} NOT NULL,
  salt ${blob} NOT NULL
) ${strict};
CREATE UNIQUE INDEX key_name_by_name ON key_name (name);

CREATE TABLE experiment (
  experiment ${blob} NOT NULL,
  exp ${bigint} NOT NULL PRIMARY KEY,
  nid ${bigint} NOT NULL,
  scope ${bigint} NOT NULL,
  name ${text} NOT NULL,
  location ${text} NOT NULL,
  lifecycle ${bigint} NOT NULL,
  created_at ${bigint} NOT NULL,
  updated_at ${bigint} NOT NULL,
  seq ${bigint} NOT NULL,
  salt ${blob} NOT NULL
) ${strict};
CREATE UNIQUE INDEX experiment_by_uid ON experiment (experiment);
CREATE UNIQUE INDEX experiment_by_name ON experiment (scope, name);

CREATE TABLE run (
  nid ${bigint} NOT NULL PRIMARY KEY,
  run ${blob} NOT NULL,
  exp ${bigint} NOT NULL,
  scope ${bigint} NOT NULL,
  name ${text} NOT NULL,
  user_name ${text} NOT NULL,
  created_by ${text} NOT NULL,
  status ${bigint} NOT NULL,
  start_time ${bigint} NOT NULL,
  end_time ${bigint},
  lifecycle ${bigint} NOT NULL,
  deleted_at ${bigint},
  location ${text} NOT NULL,
  seq ${bigint} NOT NULL,
  salt ${blob} NOT NULL
) ${strict};
CREATE UNIQUE INDEX run_by_uid ON run (run);
CREATE INDEX run_start ON run (exp, lifecycle, start_time DESC, run);

CREATE TABLE logged_model (
  nid ${bigint} NOT NULL PRIMARY KEY,
  model ${blob} NOT NULL,
  exp ${bigint} NOT NULL,
  scope ${bigint} NOT NULL,
  name ${text} NOT NULL,
  model_type ${text} NOT NULL,
  source_run ${blob},
  created_by ${text} NOT NULL,
  status ${bigint} NOT NULL,
  created_at ${bigint} NOT NULL,
  updated_at ${bigint} NOT NULL,
  lifecycle ${bigint} NOT NULL,
  location ${text} NOT NULL,
  environment ${blob},
  seq ${bigint} NOT NULL,
  salt ${blob} NOT NULL
) ${strict};
CREATE UNIQUE INDEX logged_model_by_uid ON logged_model (model);
CREATE INDEX logged_model_created ON logged_model (exp, lifecycle, created_at DESC, model);

CREATE TABLE param (
  owner ${bigint} NOT NULL,
  key_id ${bigint} NOT NULL,
  exp ${bigint} NOT NULL,
  value ${text} NOT NULL,
  rest ${text},
  seq ${bigint} NOT NULL,
  salt ${blob} NOT NULL,
  PRIMARY KEY (owner, key_id)
) ${wr};
-- value holds the first 255 characters, so that it fits an index entry of either engine; rest what follows, mostly nothing.
CREATE INDEX param_value ON param (exp, key_id, value, owner);

CREATE TABLE tag (
  owner ${bigint} NOT NULL,
  key_id ${bigint} NOT NULL,
  exp ${bigint} NOT NULL,
  value ${text} NOT NULL,
  rest ${text},
  seq ${bigint} NOT NULL,
  salt ${blob} NOT NULL,
  PRIMARY KEY (owner, key_id)
) ${wr};
CREATE INDEX tag_value ON tag (exp, key_id, value, owner);

CREATE TABLE metric_block (
  seq ${bigint} NOT NULL PRIMARY KEY,
  owner ${bigint} NOT NULL,
  ord ${bigint} NOT NULL,
  page ${bigint} NOT NULL,
  n ${bigint} NOT NULL,
  min_ts ${bigint} NOT NULL,
  max_ts ${bigint} NOT NULL,
  min_step ${bigint} NOT NULL,
  max_step ${bigint} NOT NULL,
  body ${blob} NOT NULL
) ${strict};
CREATE INDEX metric_block_owner ON metric_block (owner, max_ts, min_ts, max_step, min_step);
CREATE INDEX metric_block_page ON metric_block (owner, page, seq);

CREATE TABLE metric_owner (
  owner ${bigint} NOT NULL PRIMARY KEY,
  exp ${bigint} NOT NULL,
  blocks ${bigint} NOT NULL,
  points ${bigint} NOT NULL,
  span ${bigint} NOT NULL,
  written_at ${bigint} NOT NULL,
  settled ${bigint} NOT NULL
) ${strict};
-- Owners whose ranks may be stale: the value index is brought up to date when they go quiet.
CREATE INDEX metric_owner_hot ON metric_owner (exp, owner) WHERE settled < blocks;

CREATE TABLE latest_metric (
  owner ${bigint} NOT NULL,
  key_id ${bigint} NOT NULL,
  exp ${bigint} NOT NULL,
  step ${bigint} NOT NULL,
  ts ${bigint} NOT NULL,
  value ${double} NOT NULL,
  is_nan ${bigint} NOT NULL,
  dataset_name ${text},
  dataset_digest ${text},
  rank ${bigint},
  PRIMARY KEY (owner, key_id)
) ${wr};
CREATE INDEX latest_rank ON latest_metric (exp, key_id, rank, owner) WHERE rank IS NOT NULL;

CREATE TABLE run_input (
  owner ${bigint} NOT NULL,
  version ${blob} NOT NULL,
  exp ${bigint} NOT NULL,
  position ${bigint} NOT NULL,
  name ${text} NOT NULL,
  digest ${text} NOT NULL,
  context ${text},
  tags ${text} NOT NULL,
  seq ${bigint} NOT NULL,
  salt ${blob} NOT NULL,
  PRIMARY KEY (owner, version)
) ${strict};
CREATE INDEX run_input_name ON run_input (exp, name);

CREATE TABLE run_model (
  owner ${bigint} NOT NULL,
  direction ${bigint} NOT NULL,
  model ${blob} NOT NULL,
  step ${bigint} NOT NULL,
  position ${bigint} NOT NULL,
  seq ${bigint} NOT NULL,
  salt ${blob} NOT NULL,
  PRIMARY KEY (owner, direction, model)
) ${strict};

CREATE TABLE artifact_file (
  owner ${bigint} NOT NULL,
  path_id ${blob} NOT NULL,
  path ${text} NOT NULL,
  sha256 ${blob} NOT NULL,
  size ${bigint} NOT NULL,
  stored_at ${bigint} NOT NULL,
  seq ${bigint} NOT NULL,
  salt ${blob} NOT NULL,
  PRIMARY KEY (owner, path_id)
) ${strict};
CREATE INDEX artifact_file_path ON artifact_file (owner, path);
