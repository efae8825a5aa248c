-- One row per subject. A destroyed key leaves its row, with zeros in `wrapped`, so that it is never made again. SQLite
-- overwrites a row in place only if its size stays the same, which is why the flag is no time.
CREATE TABLE seal_keys (
    subject      TEXT NOT NULL PRIMARY KEY,
    wrapped      BYTEA NOT NULL,
    create_time  BIGINT NOT NULL,
    destroyed    BOOLEAN NOT NULL
);
