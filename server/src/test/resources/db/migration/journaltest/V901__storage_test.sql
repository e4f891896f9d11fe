-- One column of each type, for the storage contract.
CREATE TABLE test_value (
    id ${bigint} NOT NULL PRIMARY KEY,
    n ${bigint},
    d ${double},
    t ${text},
    b ${blob}
);
CREATE UNIQUE INDEX test_value_text ON test_value (t);
