-- What the MLflow protocol shows beside what was there: who made an experiment, data sets as clients describe them, and the values of
-- logged models per data set.
ALTER TABLE experiment ADD COLUMN created_by ${text};
CREATE INDEX experiment_created ON experiment (scope, created_at DESC);

CREATE TABLE logged_dataset (
  exp ${bigint} NOT NULL,
  version ${blob} NOT NULL,
  name ${text} NOT NULL,
  digest ${text} NOT NULL,
  source_type ${text} NOT NULL,
  source ${text} NOT NULL,
  schema ${text},
  profile ${text},
  seq ${bigint} NOT NULL,
  salt ${blob} NOT NULL,
  PRIMARY KEY (exp, version)
) ${strict};

-- Of the points of a logged model's blocks, the latest per name and data set (sixteen zero bytes: none).
CREATE TABLE model_metric (
  owner ${bigint} NOT NULL,
  key_id ${bigint} NOT NULL,
  dataset ${blob} NOT NULL,
  exp ${bigint} NOT NULL,
  run ${blob} NOT NULL,
  step ${bigint} NOT NULL,
  ts ${bigint} NOT NULL,
  value ${double} NOT NULL,
  is_nan ${bigint} NOT NULL,
  dataset_name ${text},
  dataset_digest ${text},
  PRIMARY KEY (owner, key_id, dataset)
) ${wr};
