-- Tables of the journal's own tests.
CREATE TABLE test_thing (
    uid ${blob} NOT NULL PRIMARY KEY,
    name ${text} NOT NULL,
    grp ${bigint},
    amount ${double},
    seq ${bigint} NOT NULL,
    salt ${blob} NOT NULL
);
CREATE UNIQUE INDEX test_thing_name ON test_thing (name);
CREATE INDEX test_thing_grp ON test_thing (grp);

CREATE TABLE test_pair (
    uid ${blob} NOT NULL,
    k ${text} NOT NULL,
    v ${bigint} NOT NULL,
    seq ${bigint} NOT NULL,
    salt ${blob} NOT NULL,
    PRIMARY KEY (uid, k)
) ${wr};

CREATE TABLE test_points (
    seq ${bigint} NOT NULL PRIMARY KEY,
    owner ${bigint} NOT NULL,
    n ${int} NOT NULL,
    body ${blob} NOT NULL
);
CREATE INDEX test_points_owner ON test_points (owner);

CREATE TABLE test_latest (
    owner ${bigint} NOT NULL PRIMARY KEY,
    total ${bigint} NOT NULL,
    first ${bigint} NOT NULL
);
