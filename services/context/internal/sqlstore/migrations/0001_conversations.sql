CREATE TABLE conversations (
    tenant        TEXT   NOT NULL,
    id            TEXT   NOT NULL,
    customer_id   TEXT   NOT NULL,
    topic         TEXT   NOT NULL,
    handler       BIGINT NOT NULL,
    handler_epoch BIGINT NOT NULL,
    last_sequence BIGINT NOT NULL,
    revision      BIGINT NOT NULL,
    create_time   BIGINT NOT NULL,
    update_time   BIGINT NOT NULL,
    close_time    BIGINT NOT NULL,
    PRIMARY KEY (tenant, id)
);
-- Two channels may arrive at once: one conversation is open per customer and topic.
CREATE UNIQUE INDEX conversations_open ON conversations (tenant, customer_id, topic) WHERE close_time = 0;

CREATE TABLE messages (
    tenant          TEXT   NOT NULL,
    id              TEXT   NOT NULL,
    conversation_id TEXT   NOT NULL,
    customer_id     TEXT   NOT NULL,
    sequence        BIGINT NOT NULL,
    revision        BIGINT NOT NULL,
    channel         TEXT   NOT NULL,
    account         TEXT   NOT NULL,
    direction       BIGINT NOT NULL,
    author          BIGINT NOT NULL,
    in_reply_to     TEXT   NOT NULL,
    content         BYTEA,
    address         BYTEA,
    external_id     BYTEA,
    external_key    BYTEA,
    delivery_state  BIGINT NOT NULL,
    delivery_reason TEXT   NOT NULL,
    delivery_time   BIGINT NOT NULL,
    reaction        BYTEA,
    reaction_time   BIGINT NOT NULL,
    occurred_time   BIGINT NOT NULL,
    create_time     BIGINT NOT NULL,
    edit_time       BIGINT NOT NULL,
    delete_time     BIGINT NOT NULL,
    PRIMARY KEY (tenant, id)
);
CREATE UNIQUE INDEX messages_sequence ON messages (tenant, conversation_id, sequence);
CREATE UNIQUE INDEX messages_revision ON messages (tenant, conversation_id, revision);
CREATE INDEX messages_newest ON messages (tenant, conversation_id, direction, sequence);
CREATE INDEX messages_customer ON messages (tenant, customer_id, create_time, id);
CREATE UNIQUE INDEX messages_external ON messages (tenant, account, external_key) WHERE external_key IS NOT NULL;
-- A message is answered once, for as long as it is kept.
CREATE UNIQUE INDEX messages_answer ON messages (tenant, in_reply_to) WHERE in_reply_to <> '';

-- What an event was answered, by the keyed hash of its key.
CREATE TABLE recorded_events (
    tenant          TEXT   NOT NULL,
    key             BYTEA  NOT NULL,
    customer_id     TEXT   NOT NULL,
    conversation_id TEXT   NOT NULL,
    message_id      TEXT   NOT NULL,
    record_time     BIGINT NOT NULL,
    PRIMARY KEY (tenant, key)
);
CREATE INDEX recorded_events_age ON recorded_events (record_time);

-- Changes that came before their message: the newest of each kind.
CREATE TABLE waiting_changes (
    tenant        TEXT   NOT NULL,
    account       TEXT   NOT NULL,
    external_key  BYTEA  NOT NULL,
    kind          BIGINT NOT NULL,
    customer_id   TEXT   NOT NULL,
    id            TEXT   NOT NULL,
    sealed        BYTEA,
    occurred_time BIGINT NOT NULL,
    wait_time     BIGINT NOT NULL,
    PRIMARY KEY (tenant, account, external_key, customer_id, kind)
);
CREATE INDEX waiting_changes_customer ON waiting_changes (tenant, customer_id, wait_time);
CREATE UNIQUE INDEX waiting_changes_id ON waiting_changes (id);
CREATE INDEX waiting_changes_age ON waiting_changes (wait_time);

CREATE TABLE open_requests (
    tenant          TEXT   NOT NULL,
    id              TEXT   NOT NULL,
    conversation_id TEXT   NOT NULL,
    customer_id     TEXT   NOT NULL,
    kind            BIGINT NOT NULL,
    message_id      TEXT   NOT NULL,
    summary         BYTEA,
    create_time     BIGINT NOT NULL,
    PRIMARY KEY (tenant, id)
);
CREATE INDEX open_requests_oldest ON open_requests (tenant, create_time, id);
CREATE INDEX open_requests_customer ON open_requests (tenant, customer_id, create_time, id);
