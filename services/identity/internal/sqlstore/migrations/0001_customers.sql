CREATE TABLE customers (
    tenant       TEXT   NOT NULL,
    id           TEXT   NOT NULL,
    display_name BYTEA,           -- sealed; NULL when there is none
    locale       TEXT   NOT NULL,
    create_time  BIGINT NOT NULL,
    update_time  BIGINT NOT NULL,
    PRIMARY KEY (tenant, id)
);

-- One row for each handle that somebody holds. The primary key is what makes two channels that see a new person at once
-- make one customer.
CREATE TABLE handles (
    tenant      TEXT    NOT NULL,
    kind        INTEGER NOT NULL,
    blind       BYTEA   NOT NULL, -- keyed hash of what is compared
    customer_id TEXT    NOT NULL,
    position    INTEGER NOT NULL, -- order in which the customer's handles were linked
    value       BYTEA   NOT NULL, -- sealed
    assurance   INTEGER NOT NULL,
    link_time   BIGINT  NOT NULL,
    PRIMARY KEY (tenant, kind, blind)
);

CREATE INDEX handles_by_customer ON handles (tenant, customer_id, position);
