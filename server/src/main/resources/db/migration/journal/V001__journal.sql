-- The ledger's tail and history, the graph, counters and the journal's own rows.

CREATE TABLE entry (
    seq ${bigint} NOT NULL PRIMARY KEY,
    time_us ${bigint} NOT NULL,
    leaf ${blob},
    salt ${blob},
    changes ${blob},
    body ${blob}
) ${strict};

CREATE TABLE entry_index (
    seq ${bigint} NOT NULL PRIMARY KEY,
    time_us ${bigint} NOT NULL,
    act ${text} NOT NULL,
    who ${text} NOT NULL,
    kind ${int} NOT NULL,
    uid ${blob},
    scope ${int} NOT NULL
) ${strict};
CREATE INDEX entry_index_act ON entry_index (act, seq);
CREATE INDEX entry_index_who ON entry_index (who, seq);
CREATE INDEX entry_index_uid ON entry_index (uid, seq) WHERE uid IS NOT NULL;
CREATE INDEX entry_index_time ON entry_index (time_us);

CREATE TABLE row_image (
    tab ${int} NOT NULL,
    row_key ${blob} NOT NULL,
    seq ${bigint} NOT NULL,
    until_seq ${bigint} NOT NULL,
    salt ${blob},
    row_bytes ${blob},
    PRIMARY KEY (tab, row_key, seq)
) ${wr};

CREATE TABLE node (
    nid ${bigint} NOT NULL PRIMARY KEY,
    kind ${int} NOT NULL,
    uid ${blob} NOT NULL,
    name ${text},
    scope ${int} NOT NULL,
    seq ${bigint} NOT NULL
) ${strict};
CREATE UNIQUE INDEX node_uid ON node (kind, uid);

CREATE TABLE link (
    src ${bigint} NOT NULL,
    rel ${int} NOT NULL,
    dst ${bigint} NOT NULL,
    seq ${bigint} NOT NULL,
    PRIMARY KEY (src, rel, dst)
) ${wr};
CREATE INDEX link_back ON link (dst, rel, src, seq);

-- A link held from entry since up to entry seq.
CREATE TABLE link_end (
    src ${bigint} NOT NULL,
    rel ${int} NOT NULL,
    dst ${bigint} NOT NULL,
    seq ${bigint} NOT NULL,
    since ${bigint} NOT NULL,
    PRIMARY KEY (src, rel, dst, seq)
) ${wr};
CREATE INDEX link_end_back ON link_end (dst, rel, src);

CREATE TABLE counter (
    name ${text} NOT NULL PRIMARY KEY,
    next ${bigint} NOT NULL
) ${wr};

CREATE TABLE hot_chunk (
    chunk ${bigint} NOT NULL PRIMARY KEY,
    ns ${text} NOT NULL,
    time_us ${bigint} NOT NULL,
    n ${int} NOT NULL,
    min_id ${blob} NOT NULL,
    max_id ${blob} NOT NULL,
    subs ${blob} NOT NULL,
    bodies ${blob} NOT NULL,
    keys ${blob} NOT NULL,
    checked ${blob} NOT NULL
) ${strict};

CREATE TABLE batch (
    seq ${bigint} NOT NULL PRIMARY KEY,
    ns ${text} NOT NULL,
    n ${int} NOT NULL,
    first_chunk ${bigint} NOT NULL,
    last_chunk ${bigint} NOT NULL,
    min_id ${blob} NOT NULL,
    max_id ${blob} NOT NULL,
    checked ${blob} NOT NULL
) ${strict};
CREATE INDEX batch_ns ON batch (ns, last_chunk);

CREATE TABLE ledger_log (
    log_id ${int} NOT NULL PRIMARY KEY,
    next_seq ${bigint} NOT NULL,
    last_time_us ${bigint} NOT NULL,
    next_chunk ${bigint} NOT NULL,
    next_nid ${bigint} NOT NULL,
    access_epoch ${bigint} NOT NULL,
    vault_epoch ${bigint} NOT NULL
) ${strict};
INSERT INTO ledger_log (log_id, next_seq, last_time_us, next_chunk, next_nid, access_epoch, vault_epoch)
VALUES (1, 0, 0, 1, 1, 0, 0);

-- Answers kept for their idempotency key.
CREATE TABLE request (
    ns ${text} NOT NULL,
    req ${text} NOT NULL,
    who ${text} NOT NULL,
    content ${blob} NOT NULL,
    status ${int} NOT NULL,
    answer ${blob} NOT NULL,
    until_ms ${bigint} NOT NULL,
    checked ${blob} NOT NULL,
    PRIMARY KEY (ns, req)
) ${wr};
CREATE INDEX request_until ON request (until_ms);

CREATE TABLE follower (
    name ${text} NOT NULL PRIMARY KEY,
    seq ${bigint} NOT NULL,
    epoch ${bigint} NOT NULL,
    state ${blob},
    checked ${blob} NOT NULL
) ${strict};

CREATE TABLE lease (
    name ${text} NOT NULL PRIMARY KEY,
    holder ${text} NOT NULL,
    epoch ${bigint} NOT NULL,
    until_ms ${bigint} NOT NULL
) ${strict};
