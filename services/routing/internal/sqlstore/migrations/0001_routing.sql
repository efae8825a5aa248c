
-- One row per tenant, written first by every transaction: they come one after the other.
CREATE TABLE boards (
    tenant  TEXT   NOT NULL PRIMARY KEY,
    version BIGINT NOT NULL
);

CREATE TABLE agents (
    tenant         TEXT   NOT NULL,
    name           TEXT   NOT NULL,
    skills         TEXT   NOT NULL, -- sorted, a blank between them
    capacity       TEXT   NOT NULL, -- `email=5 webchat=3`
    status         BIGINT NOT NULL,
    cause          BIGINT NOT NULL,
    status_time    BIGINT NOT NULL,
    idle_time      BIGINT NOT NULL,
    ignored        BIGINT NOT NULL,
    offer_sequence BIGINT NOT NULL,
    revision       BIGINT NOT NULL,
    create_time    BIGINT NOT NULL,
    update_time    BIGINT NOT NULL,
    PRIMARY KEY (tenant, name)
);
CREATE INDEX agents_available ON agents (tenant, name) WHERE status = 1;

-- Apart from the agents, so that signs of life wait for nothing.
CREATE TABLE leases (
    tenant      TEXT   NOT NULL,
    agent       TEXT   NOT NULL,
    expire_time BIGINT NOT NULL,
    PRIMARY KEY (tenant, agent)
);

CREATE TABLE queues (
    tenant           TEXT   NOT NULL,
    name             TEXT   NOT NULL,
    skills           TEXT   NOT NULL,
    default_priority BIGINT NOT NULL,
    offer_timeout    BIGINT NOT NULL, -- microseconds; 0: as the policy says
    revision         BIGINT NOT NULL,
    create_time      BIGINT NOT NULL,
    update_time      BIGINT NOT NULL,
    PRIMARY KEY (tenant, name)
);

CREATE TABLE tasks (
    tenant            TEXT   NOT NULL,
    id                TEXT   NOT NULL,
    conversation_id   TEXT   NOT NULL,
    customer_id       TEXT   NOT NULL,
    queue             TEXT   NOT NULL,
    skills            TEXT   NOT NULL,
    channel           TEXT   NOT NULL,
    priority          BIGINT NOT NULL,
    state             BIGINT NOT NULL,
    agent             TEXT   NOT NULL,
    offer_id          TEXT   NOT NULL,
    offer_expire_time BIGINT NOT NULL,
    handoff_reason    TEXT   NOT NULL,
    create_time       BIGINT NOT NULL,
    update_time       BIGINT NOT NULL,
    close_time        BIGINT NOT NULL,
    sequence          BIGINT NOT NULL,
    PRIMARY KEY (tenant, id)
);
-- States 1 to 3 are open: WAITING, OFFERED, ACCEPTED.
CREATE UNIQUE INDEX tasks_open ON tasks (tenant, conversation_id) WHERE state <= 3;
CREATE INDEX tasks_waiting ON tasks (tenant, priority DESC, create_time, id) WHERE state = 1;
CREATE INDEX tasks_demands ON tasks (tenant, channel, skills) WHERE state = 1;
CREATE INDEX tasks_held ON tasks (tenant, agent, channel) WHERE state IN (2, 3);
CREATE INDEX tasks_oldest ON tasks (tenant, create_time, id);
CREATE INDEX tasks_customer ON tasks (tenant, customer_id, create_time, id);
CREATE INDEX tasks_agent ON tasks (tenant, agent, create_time, id) WHERE agent <> '';
CREATE UNIQUE INDEX tasks_conversation ON tasks (tenant, conversation_id, sequence);

CREATE TABLE task_steps (
    tenant     TEXT   NOT NULL,
    task_id    TEXT   NOT NULL,
    sequence   BIGINT NOT NULL,
    event      BIGINT NOT NULL,
    from_state BIGINT NOT NULL,
    to_state   BIGINT NOT NULL,
    agent      TEXT   NOT NULL,
    principal  TEXT   NOT NULL,
    occur_time BIGINT NOT NULL,
    PRIMARY KEY (tenant, task_id, sequence)
);

CREATE TABLE offers (
    tenant      TEXT   NOT NULL,
    id          TEXT   NOT NULL,
    task_id     TEXT   NOT NULL,
    agent       TEXT   NOT NULL,
    state       BIGINT NOT NULL,
    create_time BIGINT NOT NULL,
    expire_time BIGINT NOT NULL,
    update_time BIGINT NOT NULL,
    sequence    BIGINT NOT NULL,
    PRIMARY KEY (tenant, id)
);
-- A task is before one agent at a time. (1 is PENDING.)
CREATE UNIQUE INDEX offers_task ON offers (tenant, task_id) WHERE state = 1;
CREATE INDEX offers_pending ON offers (tenant, agent, sequence) WHERE state = 1;
CREATE UNIQUE INDEX offers_sequence ON offers (tenant, agent, sequence);

CREATE TABLE shuns (
    tenant     TEXT   NOT NULL,
    task_id    TEXT   NOT NULL,
    agent      TEXT   NOT NULL,
    until_time BIGINT NOT NULL,
    PRIMARY KEY (tenant, task_id, agent)
);
