-- Requests that were carried out under a key of their sender. Each row carries a check value, answers are sealed.
-- The table of this name was laid out at first and never written.
DROP TABLE request;
CREATE TABLE request (
    who ${text} NOT NULL,
    req ${blob} NOT NULL,
    digest ${blob} NOT NULL,
    time_us ${bigint} NOT NULL,
    first_seq ${bigint} NOT NULL,
    status ${bigint} NOT NULL,
    answer ${blob},
    checked ${blob} NOT NULL,
    PRIMARY KEY (who, req)
) ${strict};
CREATE INDEX request_time ON request (time_us);
