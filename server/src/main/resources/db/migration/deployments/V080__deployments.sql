-- Endpoints, deployments, approvals and votes. seq and salt belong to the journal.
CREATE TABLE endpoint (
  endpoint ${blob} NOT NULL PRIMARY KEY,
  scope ${bigint} NOT NULL,
  name ${text} NOT NULL,
  tier ${text} NOT NULL,
  created_at ${bigint} NOT NULL,
  seq ${bigint} NOT NULL,
  salt ${blob} NOT NULL
) ${strict};
CREATE UNIQUE INDEX endpoint_by_name ON endpoint (scope, name);

CREATE TABLE deployment (
  deployment ${blob} NOT NULL PRIMARY KEY,
  endpoint ${blob} NOT NULL,
  version ${blob} NOT NULL,
  scope ${bigint} NOT NULL,
  state ${text} NOT NULL,
  requested_by ${text} NOT NULL,
  why ${text} NOT NULL,
  previous ${blob},
  approval ${blob},
  config ${text},
  self_approved ${bigint} NOT NULL,
  requested_at ${bigint} NOT NULL,
  live_from ${bigint},
  ended_at ${bigint},
  seq ${bigint} NOT NULL,
  salt ${blob} NOT NULL
) ${strict};
CREATE INDEX deployment_of_endpoint ON deployment (endpoint, state);
CREATE INDEX deployment_by_time ON deployment (scope, requested_at);

CREATE TABLE approval (
  approval ${blob} NOT NULL PRIMARY KEY,
  version ${blob} NOT NULL,
  digest ${blob} NOT NULL,
  scope ${bigint} NOT NULL,
  state ${text} NOT NULL,
  required ${bigint} NOT NULL,
  requested_by ${text} NOT NULL,
  requested_at ${bigint} NOT NULL,
  expires_at ${bigint} NOT NULL,
  seq ${bigint} NOT NULL,
  salt ${blob} NOT NULL
) ${strict};
CREATE INDEX approval_of_version ON approval (version);
CREATE INDEX approval_by_time ON approval (scope, requested_at);

CREATE TABLE approval_vote (
  approval ${blob} NOT NULL,
  voter ${text} NOT NULL,
  granted ${bigint} NOT NULL,
  self_approved ${bigint} NOT NULL,
  voted_at ${bigint} NOT NULL,
  version ${blob} NOT NULL,
  seq ${bigint} NOT NULL,
  salt ${blob} NOT NULL,
  PRIMARY KEY (approval, voter)
) ${strict};
CREATE INDEX approval_vote_of_version ON approval_vote (version);

CREATE TABLE policy (
  name ${text} NOT NULL PRIMARY KEY,
  policy ${blob} NOT NULL,
  value ${text} NOT NULL,
  seq ${bigint} NOT NULL,
  salt ${blob} NOT NULL
) ${strict};
