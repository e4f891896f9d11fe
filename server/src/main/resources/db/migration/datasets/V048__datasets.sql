-- Data sets and their versions. A version is named by the digest its source gives it; seq and salt belong to the journal.
CREATE TABLE dataset (
  dataset ${blob} NOT NULL PRIMARY KEY,
  scope ${bigint} NOT NULL,
  name ${text} NOT NULL,
  description ${text} NOT NULL,
  created_at ${bigint} NOT NULL,
  created_by ${text} NOT NULL,
  seq ${bigint} NOT NULL,
  salt ${blob} NOT NULL
) ${strict};
CREATE UNIQUE INDEX dataset_by_name ON dataset (scope, name);

CREATE TABLE dataset_version (
  version ${blob} NOT NULL PRIMARY KEY,
  dataset ${blob} NOT NULL,
  scope ${bigint} NOT NULL,
  digest ${text} NOT NULL,
  sha256 ${blob},
  source_type ${text} NOT NULL,
  source ${text} NOT NULL,
  format ${text},
  license ${text},
  row_count ${bigint},
  byte_count ${bigint},
  fields ${text} NOT NULL,
  profile ${text},
  created_at ${bigint} NOT NULL,
  created_by ${text} NOT NULL,
  seq ${bigint} NOT NULL,
  salt ${blob} NOT NULL
) ${strict};
CREATE UNIQUE INDEX dataset_version_by_digest ON dataset_version (dataset, digest);
CREATE INDEX dataset_version_age ON dataset_version (dataset, created_at DESC, version);
