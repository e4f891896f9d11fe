-- Traced calls: a row per trace, blocks of spans as they arrived, what can be searched for, and what was said of a trace.
CREATE TABLE span_trace (
  trace ${blob} NOT NULL PRIMARY KEY,
  nid ${bigint} NOT NULL UNIQUE,
  exp ${bigint} NOT NULL,
  scope ${bigint} NOT NULL,
  legacy ${bigint} NOT NULL,
  started_at ${bigint} NOT NULL,
  ended_at ${bigint},
  state ${bigint} NOT NULL,
  client_id ${text},
  run ${blob},
  model ${blob},
  spans ${bigint} NOT NULL,
  created_by ${text} NOT NULL,
  document ${blob} NOT NULL,
  seq ${bigint} NOT NULL,
  salt ${blob} NOT NULL
);
CREATE INDEX span_trace_start ON span_trace (exp, started_at DESC, trace, nid, scope);
CREATE INDEX span_trace_run ON span_trace (run, started_at DESC) WHERE run IS NOT NULL;
CREATE INDEX span_trace_model ON span_trace (model, started_at DESC) WHERE model IS NOT NULL;

CREATE TABLE span_block (
  trace ${blob} NOT NULL,
  digest ${blob} NOT NULL,
  spans ${bigint} NOT NULL,
  content ${blob},
  blob ${blob},
  facts ${blob} NOT NULL,
  seq ${bigint} NOT NULL,
  salt ${blob} NOT NULL,
  PRIMARY KEY (trace, digest)
);

-- Rebuilt from the two above. name is a hash of the experiment and what is compared.
CREATE TABLE span_fact (
  name ${bigint} NOT NULL,
  value ${text} NOT NULL,
  nid ${bigint} NOT NULL,
  PRIMARY KEY (name, value, nid)
) ${wr};

CREATE TABLE assessment (
  assessment ${blob} NOT NULL PRIMARY KEY,
  trace ${blob} NOT NULL,
  scope ${bigint} NOT NULL,
  kind ${bigint} NOT NULL,
  name ${text} NOT NULL,
  value ${text},
  compared ${text},
  number ${double},
  document ${text} NOT NULL,
  source_type ${text} NOT NULL,
  source_id ${text} NOT NULL,
  span_id ${text},
  created_at ${bigint} NOT NULL,
  updated_at ${bigint} NOT NULL,
  overrides ${blob},
  valid ${bigint} NOT NULL,
  created_by ${text} NOT NULL,
  seq ${bigint} NOT NULL,
  salt ${blob} NOT NULL
);
CREATE INDEX assessment_of ON assessment (trace, created_at);
