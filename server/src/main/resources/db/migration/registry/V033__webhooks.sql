-- Webhooks of the registry, what was and is to be delivered to them, and how far entries were turned into deliveries.
CREATE TABLE webhook (
  webhook ${blob} NOT NULL PRIMARY KEY,
  scope ${bigint} NOT NULL,
  name ${text} NOT NULL,
  url ${text} NOT NULL,
  events ${text} NOT NULL,
  description ${text} NOT NULL,
  secret ${blob},
  active ${bigint} NOT NULL,
  created_at ${bigint} NOT NULL,
  updated_at ${bigint} NOT NULL,
  created_by ${text} NOT NULL,
  seq ${bigint} NOT NULL,
  salt ${blob} NOT NULL
);

CREATE TABLE webhook_delivery (
  delivery ${blob} NOT NULL PRIMARY KEY,
  webhook ${blob} NOT NULL,
  entry ${bigint} NOT NULL,
  event ${text} NOT NULL,
  body ${text} NOT NULL,
  state ${bigint} NOT NULL,
  attempts ${bigint} NOT NULL,
  due_at ${bigint} NOT NULL,
  status ${bigint},
  error ${text},
  created_at ${bigint} NOT NULL
);
CREATE INDEX webhook_delivery_due ON webhook_delivery (state, due_at);
CREATE INDEX webhook_delivery_of ON webhook_delivery (webhook, created_at DESC);

CREATE TABLE webhook_cursor (
  name ${text} NOT NULL PRIMARY KEY,
  entry ${bigint} NOT NULL
);
