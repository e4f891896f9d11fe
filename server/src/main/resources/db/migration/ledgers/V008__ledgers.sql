-- The log's name and keys, how far it is tiled, what was signed. Each row carries a check value.
CREATE TABLE ledger_identity (
    id ${bigint} NOT NULL PRIMARY KEY,
    origin ${text} NOT NULL,
    ed25519 ${text} NOT NULL,
    mldsa44 ${text} NOT NULL,
    checked ${blob} NOT NULL
) ${strict};

CREATE TABLE ledger_int (
    id ${bigint} NOT NULL PRIMARY KEY,
    size ${bigint} NOT NULL,
    compact ${blob} NOT NULL,
    checked ${blob} NOT NULL
) ${strict};

CREATE TABLE ledger_cp (
    size ${bigint} NOT NULL PRIMARY KEY,
    root ${blob} NOT NULL,
    note ${text} NOT NULL,
    checked ${blob} NOT NULL
) ${strict};
