-- What was let pass about grants and whoever audits has to know.
CREATE TABLE access_finding (
  finding ${blob} NOT NULL PRIMARY KEY,
  code ${text} NOT NULL,
  role_grant ${blob} NOT NULL,
  holder ${text} NOT NULL,
  role ${text} NOT NULL,
  opened_at ${bigint} NOT NULL,
  seq ${bigint} NOT NULL,
  salt ${blob} NOT NULL
) ${strict};
