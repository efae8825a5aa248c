CREATE TABLE invoices (
    tenant       TEXT   NOT NULL,
    id           TEXT   NOT NULL,
    customer_id  TEXT   NOT NULL,
    number_blind BYTEA  NOT NULL, -- keyed hash of the number
    words        BYTEA  NOT NULL, -- sealed: the number, and what the lines say
    currency     TEXT   NOT NULL,
    period_start TEXT   NOT NULL, -- dates as 2026-03-01
    issued       TEXT   NOT NULL,
    due          TEXT   NOT NULL, -- empty when there is none
    total        BIGINT NOT NULL, -- minor units
    create_time  BIGINT NOT NULL,
    PRIMARY KEY (tenant, id),
    UNIQUE (tenant, number_blind)
);

CREATE INDEX invoices_by_customer ON invoices (tenant, customer_id, issued, id);

CREATE TABLE invoice_lines (
    tenant     TEXT    NOT NULL,
    invoice_id TEXT    NOT NULL,
    position   INTEGER NOT NULL,
    id         TEXT    NOT NULL,
    product    TEXT    NOT NULL,
    amount     BIGINT  NOT NULL, -- minor units
    PRIMARY KEY (tenant, invoice_id, position)
);
