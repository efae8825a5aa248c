-- +goose Up
-- One row per subject. A destroyed key leaves its row, with nothing in `wrapped`, so that it is never made again.
CREATE TABLE seal_keys (
    subject        TEXT NOT NULL PRIMARY KEY,
    wrapped        BYTEA NOT NULL,
    create_time    BIGINT NOT NULL,
    destroy_time   BIGINT NOT NULL
);

-- +goose Down
DROP TABLE seal_keys;
