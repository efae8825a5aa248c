CREATE TABLE disputes (
    tenant          TEXT    NOT NULL,
    id              TEXT    NOT NULL,
    number          TEXT    NOT NULL,
    customer_id     TEXT    NOT NULL,
    invoice_id      TEXT    NOT NULL,
    currency        TEXT    NOT NULL,
    amount          BIGINT  NOT NULL CHECK (amount > 0), -- minor units
    state           INTEGER NOT NULL,
    revision        BIGINT  NOT NULL, -- of the newest transition
    due_date        TEXT    NOT NULL, -- as 2026-03-01
    remind_time     BIGINT  NOT NULL,
    deadline_time   BIGINT  NOT NULL,
    clock_time      BIGINT  NOT NULL, -- when the clock does something next; 0 when it is done
    conversation_id TEXT    NOT NULL,
    message_id      TEXT    NOT NULL,
    opening_words   BYTEA   NOT NULL, -- sealed
    decision_words  BYTEA,            -- sealed
    create_time     BIGINT  NOT NULL,
    update_time     BIGINT  NOT NULL,
    PRIMARY KEY (tenant, id),
    UNIQUE (tenant, number)
);

CREATE INDEX disputes_by_due ON disputes (tenant, due_date, id);
CREATE INDEX disputes_by_customer ON disputes (tenant, customer_id, due_date, id);
CREATE INDEX disputes_by_clock ON disputes (tenant, clock_time) WHERE clock_time > 0;

CREATE TABLE dispute_lines (
    tenant     TEXT    NOT NULL,
    dispute_id TEXT    NOT NULL,
    position   INTEGER NOT NULL,
    invoice_id TEXT    NOT NULL,
    line_id    TEXT    NOT NULL,
    held       BOOLEAN NOT NULL, -- no other dispute may have it
    PRIMARY KEY (tenant, dispute_id, position)
);

CREATE UNIQUE INDEX dispute_lines_held ON dispute_lines (tenant, invoice_id, line_id) WHERE held;

-- The audit trail. It is only added to.
CREATE TABLE dispute_transitions (
    tenant       TEXT    NOT NULL,
    dispute_id   TEXT    NOT NULL,
    revision     BIGINT  NOT NULL, -- from 1, without gaps
    event        INTEGER NOT NULL,
    from_state   INTEGER NOT NULL,
    to_state     INTEGER NOT NULL,
    occur_time   BIGINT  NOT NULL,
    actor        INTEGER NOT NULL,
    principal    TEXT    NOT NULL,
    on_behalf_of TEXT    NOT NULL,
    assurance    INTEGER NOT NULL,
    request_id   TEXT    NOT NULL,
    PRIMARY KEY (tenant, dispute_id, revision)
);

-- The ledger. It is only added to. A dispute's money makes two steps, each once: the provisional credit (kind 1), and
-- what becomes of it (kind 2: made permanent, 3: reversed).
CREATE TABLE ledger_transactions (
    tenant      TEXT    NOT NULL,
    id          TEXT    NOT NULL,
    dispute_id  TEXT    NOT NULL,
    customer_id TEXT    NOT NULL,
    kind        INTEGER NOT NULL,
    step        INTEGER NOT NULL CHECK ((kind = 1 AND step = 1) OR (kind IN (2, 3) AND step = 2)),
    currency    TEXT    NOT NULL,
    post_time   BIGINT  NOT NULL,
    PRIMARY KEY (tenant, id),
    UNIQUE (tenant, dispute_id, step)
);

CREATE INDEX ledger_transactions_by_customer ON ledger_transactions (tenant, customer_id, post_time, id);

CREATE TABLE ledger_entries (
    tenant         TEXT    NOT NULL,
    transaction_id TEXT    NOT NULL,
    position       INTEGER NOT NULL CHECK (position IN (1, 2)), -- the debit, the credit
    account        INTEGER NOT NULL,
    amount         BIGINT  NOT NULL CHECK ((position = 1 AND amount > 0) OR (position = 2 AND amount < 0)), -- minor units
    PRIMARY KEY (tenant, transaction_id, position)
);

-- Lines for invoices to come. invoice_id is set once.
CREATE TABLE adjustments (
    tenant         TEXT    NOT NULL,
    reference      TEXT    NOT NULL,
    kind           INTEGER NOT NULL,
    customer_id    TEXT    NOT NULL,
    dispute_id     TEXT    NOT NULL,
    dispute_number TEXT    NOT NULL,
    currency       TEXT    NOT NULL,
    amount         BIGINT  NOT NULL, -- minor units; below zero for a credit
    create_time    BIGINT  NOT NULL,
    invoice_id     TEXT    NOT NULL, -- that carries it; empty while none does
    PRIMARY KEY (tenant, reference)
);

CREATE INDEX adjustments_pending ON adjustments (tenant, customer_id, create_time, reference) WHERE invoice_id = '';
CREATE INDEX adjustments_by_dispute ON adjustments (tenant, dispute_id);
CREATE INDEX invoice_lines_adjusted ON invoice_lines (tenant, id) WHERE product IN ('dispute-credit', 'dispute-reversal');

-- How many events of each customer were published.
CREATE TABLE customer_events (
    tenant        TEXT   NOT NULL,
    customer_id   TEXT   NOT NULL,
    last_sequence BIGINT NOT NULL,
    PRIMARY KEY (tenant, customer_id)
);
