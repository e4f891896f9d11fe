-- Sets of examples that programs are evaluated on, and their records.
CREATE TABLE evaluation_set (
  dataset ${blob} NOT NULL PRIMARY KEY,
  scope ${bigint} NOT NULL,
  name ${text} NOT NULL,
  tags ${text} NOT NULL,
  schema ${text},
  profile ${text},
  digest ${text} NOT NULL,
  records ${bigint} NOT NULL,
  experiments ${text} NOT NULL,
  created_at ${bigint} NOT NULL,
  updated_at ${bigint} NOT NULL,
  created_by ${text} NOT NULL,
  updated_by ${text} NOT NULL,
  owner ${text} NOT NULL,
  seq ${bigint} NOT NULL,
  salt ${blob} NOT NULL
);
CREATE INDEX evaluation_set_age ON evaluation_set (scope, created_at DESC, dataset);

CREATE TABLE evaluation_record (
  record ${blob} NOT NULL PRIMARY KEY,
  dataset ${blob} NOT NULL,
  inputs ${blob} NOT NULL,
  document ${text} NOT NULL,
  created_at ${bigint} NOT NULL,
  updated_at ${bigint} NOT NULL,
  created_by ${text} NOT NULL,
  updated_by ${text} NOT NULL,
  seq ${bigint} NOT NULL,
  salt ${blob} NOT NULL
);
CREATE UNIQUE INDEX evaluation_record_inputs ON evaluation_record (dataset, inputs);
CREATE INDEX evaluation_record_age ON evaluation_record (dataset, created_at, record);
