-- The oldest chunk that no batch covers: from there on a start reads chunks before it answers, not from the first one.
ALTER TABLE ledger_log ADD COLUMN first_unleaved ${bigint} NOT NULL DEFAULT 0;
