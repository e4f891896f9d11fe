-- The ordered features of decisions: few, small, never changed.
CREATE TABLE decision_schema (
  decision_schema ${blob} NOT NULL PRIMARY KEY,
  owner ${blob} NOT NULL,
  scope ${bigint} NOT NULL,
  declared ${bigint} NOT NULL,
  features ${text} NOT NULL,
  classes ${text} NOT NULL,
  seq ${bigint} NOT NULL,
  salt ${blob} NOT NULL
) ${strict};
CREATE INDEX decision_schema_of_owner ON decision_schema (owner);
