-- Registered models, their versions, tags and aliases. What is deleted keeps its row; a name is free again when live_name is null.
-- Names that could be personal are never keys: key_id and alias_id are their SHA-256. seq and salt belong to the journal.
CREATE TABLE registered_model (
  model ${blob} NOT NULL PRIMARY KEY,
  workspace ${bigint} NOT NULL,
  scope ${bigint} NOT NULL,
  name ${text} NOT NULL,
  live_name ${text},
  description ${text} NOT NULL,
  prompt ${bigint} NOT NULL,
  created_by ${text} NOT NULL,
  created_at ${bigint} NOT NULL,
  updated_at ${bigint} NOT NULL,
  deleted_at ${bigint},
  seq ${bigint} NOT NULL,
  salt ${blob} NOT NULL
) ${strict};
CREATE UNIQUE INDEX registered_model_by_name ON registered_model (live_name, workspace);

CREATE TABLE registered_model_tag (
  owner ${blob} NOT NULL,
  key_id ${blob} NOT NULL,
  key ${text} NOT NULL,
  value ${text} NOT NULL,
  seq ${bigint} NOT NULL,
  salt ${blob} NOT NULL,
  PRIMARY KEY (owner, key_id)
) ${strict};

CREATE TABLE model_version (
  version ${blob} NOT NULL PRIMARY KEY,
  model ${blob} NOT NULL,
  number ${bigint} NOT NULL,
  scope ${bigint} NOT NULL,
  digest ${blob} NOT NULL,
  files ${bigint} NOT NULL,
  bytes ${bigint} NOT NULL,
  source ${text} NOT NULL,
  location ${text} NOT NULL,
  run_id ${text} NOT NULL,
  run ${blob},
  logged_model ${blob},
  run_link ${text} NOT NULL,
  description ${text} NOT NULL,
  stage ${text} NOT NULL,
  registrant ${text} NOT NULL,
  contributors ${text} NOT NULL,
  created_at ${bigint} NOT NULL,
  updated_at ${bigint} NOT NULL,
  deleted_at ${bigint},
  seq ${bigint} NOT NULL,
  salt ${blob} NOT NULL
) ${strict};
CREATE UNIQUE INDEX model_version_by_number ON model_version (model, number);
CREATE INDEX model_version_of_stage ON model_version (model, stage, number);
CREATE INDEX model_version_run ON model_version (run_id);

CREATE TABLE model_version_tag (
  owner ${blob} NOT NULL,
  key_id ${blob} NOT NULL,
  key ${text} NOT NULL,
  value ${text} NOT NULL,
  seq ${bigint} NOT NULL,
  salt ${blob} NOT NULL,
  PRIMARY KEY (owner, key_id)
) ${strict};

CREATE TABLE model_alias (
  model ${blob} NOT NULL,
  alias_id ${blob} NOT NULL,
  alias ${text} NOT NULL,
  version ${blob} NOT NULL,
  seq ${bigint} NOT NULL,
  salt ${blob} NOT NULL,
  PRIMARY KEY (model, alias_id)
) ${strict};
CREATE INDEX model_alias_of_version ON model_alias (version);
