-- Names of nodes are in change lists by a salted digest; counters and the end of the log carry a check value.
ALTER TABLE node ADD COLUMN salt ${blob};
ALTER TABLE counter ADD COLUMN checked ${blob};
ALTER TABLE ledger_log ADD COLUMN checked ${blob};
