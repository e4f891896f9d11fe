-- Segments of compacted records: what the files are known by. Each row carries a check value.
CREATE TABLE segment (
    first_seq ${bigint} NOT NULL PRIMARY KEY,
    ns ${text} NOT NULL,
    last_seq ${bigint} NOT NULL,
    n ${bigint} NOT NULL,
    first_us ${bigint} NOT NULL,
    last_us ${bigint} NOT NULL,
    min_id ${blob} NOT NULL,
    max_id ${blob} NOT NULL,
    min_target ${blob},
    max_target ${blob},
    generation ${bigint} NOT NULL,
    evd_bytes ${bigint} NOT NULL,
    evd_sha256 ${blob} NOT NULL,
    bod_bytes ${bigint} NOT NULL,
    bod_sha256 ${blob} NOT NULL,
    seen ${bigint} NOT NULL,
    seen_sha256 ${blob},
    summary ${blob},
    checked ${blob} NOT NULL
) ${strict};
CREATE INDEX segment_ns ON segment (ns, last_seq);
