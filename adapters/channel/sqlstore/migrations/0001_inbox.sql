-- What vendors sent, sealed under the account's key until it is claimed, then under that of the customer whom it concerns.
CREATE TABLE webhooks (
    id          TEXT NOT NULL PRIMARY KEY,
    tenant      TEXT NOT NULL,
    account     TEXT NOT NULL,
    customer_id TEXT NOT NULL,
    sealed      BYTEA NOT NULL,
    several     BOOLEAN NOT NULL,
    claimed     BOOLEAN NOT NULL,
    create_time BIGINT NOT NULL
);
CREATE INDEX webhooks_by_time ON webhooks (claimed, create_time);

-- One row per event. The row outlives its work as a key: a redelivery meets it. `event` is gone once it is recorded;
-- then customer_id is whom it concerns, if anybody knows.
CREATE TABLE inbox (
    id          TEXT NOT NULL PRIMARY KEY,
    tenant      TEXT NOT NULL,
    account     TEXT NOT NULL,
    lane        TEXT NOT NULL,
    kind        TEXT NOT NULL,
    event_key   BYTEA NOT NULL,
    state       TEXT NOT NULL,
    event       BYTEA NOT NULL,
    webhook_id  TEXT NOT NULL,
    customer_id TEXT NOT NULL,
    trace       TEXT NOT NULL,
    create_time BIGINT NOT NULL
);
CREATE UNIQUE INDEX inbox_by_key ON inbox (account, event_key);
CREATE INDEX inbox_waiting ON inbox (lane, id) WHERE state = 'waiting';
CREATE INDEX inbox_by_time ON inbox (create_time);

CREATE TABLE dead_letters (
    id          TEXT NOT NULL PRIMARY KEY,
    tenant      TEXT NOT NULL,
    account     TEXT NOT NULL,
    webhook_id  TEXT NOT NULL,
    body_key    BYTEA,
    reason      TEXT NOT NULL,
    detail      TEXT NOT NULL,
    create_time BIGINT NOT NULL
);
CREATE UNIQUE INDEX dead_letters_by_webhook ON dead_letters (webhook_id);
CREATE UNIQUE INDEX dead_letters_by_body ON dead_letters (account, body_key);
CREATE INDEX dead_letters_by_tenant ON dead_letters (tenant, id);
