-- Erasures: what was asked for and decided, never about whom. seq and salt belong to the journal.
CREATE TABLE erasure (
  erasure ${blob} NOT NULL PRIMARY KEY,
  scope ${bigint} NOT NULL,
  state ${text} NOT NULL,
  basis ${text} NOT NULL,
  requested_by ${text} NOT NULL,
  requested_at ${bigint} NOT NULL,
  tag ${blob},
  n ${blob},
  decided_by ${text},
  decided_at ${bigint},
  ground ${text},
  reason ${blob},
  self_executed ${bigint} NOT NULL,
  records ${bigint},
  destroyed_at ${bigint},
  horizon_at ${bigint},
  verified_at ${bigint},
  seq ${bigint} NOT NULL,
  salt ${blob} NOT NULL
) ${strict};
CREATE INDEX erasure_by_state ON erasure (state, erasure);

-- Who executes one right now; gone when it is done.
CREATE TABLE erasure_claim (
  erasure ${blob} NOT NULL PRIMARY KEY,
  who ${text} NOT NULL,
  on_behalf_of ${text},
  scope ${bigint} NOT NULL,
  code ${text},
  reason ${blob},
  self ${bigint} NOT NULL,
  mac ${blob} NOT NULL,
  claimed_at ${bigint} NOT NULL,
  checked ${blob} NOT NULL
) ${strict};
