-- Principals, the roles they hold, their tokens. Secrets are stored as HMACs or password hashes.
CREATE TABLE principal (
  principal ${blob} NOT NULL PRIMARY KEY,
  id ${text} NOT NULL,
  login ${text} NOT NULL,
  state ${text} NOT NULL,
  owner ${text},
  password ${text},
  created_at ${bigint} NOT NULL,
  created_by ${text} NOT NULL,
  seq ${bigint} NOT NULL,
  salt ${blob} NOT NULL
) ${strict};
CREATE UNIQUE INDEX principal_by_login ON principal (login);
CREATE UNIQUE INDEX principal_by_id ON principal (id);

CREATE TABLE role_grant (
  role_grant ${blob} NOT NULL PRIMARY KEY,
  holder ${text} NOT NULL,
  role ${text} NOT NULL,
  scope ${bigint} NOT NULL,
  expires_at ${bigint},
  granted_by ${text} NOT NULL,
  granted_at ${bigint} NOT NULL,
  seq ${bigint} NOT NULL,
  salt ${blob} NOT NULL
) ${strict};
CREATE INDEX role_grant_of_holder ON role_grant (holder);
CREATE INDEX role_grant_of_role ON role_grant (role);

CREATE TABLE token (
  token ${blob} NOT NULL PRIMARY KEY,
  mac ${blob} NOT NULL,
  owner ${text} NOT NULL,
  name ${text} NOT NULL,
  scope ${bigint} NOT NULL,
  permissions ${text},
  expires_at ${bigint},
  created_at ${bigint} NOT NULL,
  created_by ${text} NOT NULL,
  revoked_at ${bigint},
  seq ${bigint} NOT NULL,
  salt ${blob} NOT NULL
) ${strict};
CREATE UNIQUE INDEX token_by_mac ON token (mac);
CREATE INDEX token_of_owner ON token (owner);
