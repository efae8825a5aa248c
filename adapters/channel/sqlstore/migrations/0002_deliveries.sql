-- One row per message, or per part of a long one. `phase` is what the runner does with it, `state` how far it got
-- (parley.context.v1.DeliveryState), `reported` how far the timeline knows it got.
CREATE TABLE deliveries (
    id              TEXT NOT NULL PRIMARY KEY,
    tenant          TEXT NOT NULL,
    account         TEXT NOT NULL,
    lane            TEXT NOT NULL,
    message_id      TEXT NOT NULL,
    customer_id     TEXT NOT NULL,
    part            BIGINT NOT NULL,
    parts           BIGINT NOT NULL,
    payload         BYTEA NOT NULL,
    phase           TEXT NOT NULL,
    state           BIGINT NOT NULL,
    reported        BIGINT NOT NULL,
    reason          TEXT NOT NULL,
    external_key    BYTEA,
    external_id     BYTEA,
    attempts        BIGINT NOT NULL,
    attempt_time    BIGINT NOT NULL,
    next_time       BIGINT NOT NULL,
    trace           TEXT NOT NULL,
    create_time     BIGINT NOT NULL,
    update_time     BIGINT NOT NULL
);
CREATE UNIQUE INDEX deliveries_by_message ON deliveries (message_id, part);
CREATE INDEX deliveries_open ON deliveries (account, lane, id) WHERE phase <> 'settled';
CREATE INDEX deliveries_unreported ON deliveries (message_id) WHERE state <> reported;
CREATE INDEX deliveries_by_external_key ON deliveries (account, external_key);
CREATE INDEX deliveries_by_tenant ON deliveries (tenant, id);
CREATE INDEX deliveries_by_time ON deliveries (create_time);

-- Statuses of messages whose send response has not come yet.
CREATE TABLE early_statuses (
    account      TEXT NOT NULL,
    external_key BYTEA NOT NULL,
    state        BIGINT NOT NULL,
    reason       TEXT NOT NULL,
    create_time  BIGINT NOT NULL,
    PRIMARY KEY (account, external_key)
);

-- Who does not want to hear from an account; the address is a keyed hash and outlives the person's erasure.
CREATE TABLE suppressions (
    account     TEXT NOT NULL,
    address     BYTEA NOT NULL,
    create_time BIGINT NOT NULL,
    PRIMARY KEY (account, address)
);

-- When a customer last wrote to an account, for vendors that let us write only so long after it.
CREATE TABLE last_heard (
    account    TEXT NOT NULL,
    address    BYTEA NOT NULL,
    heard_time BIGINT NOT NULL,
    PRIMARY KEY (account, address)
);
