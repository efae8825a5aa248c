CREATE TABLE turns (
    tenant          TEXT   NOT NULL,
    conversation_id TEXT   NOT NULL,
    sequence        BIGINT NOT NULL,
    customer_id     TEXT   NOT NULL,
    turn            BYTEA  NOT NULL, -- sealed under the customer's key
    PRIMARY KEY (tenant, conversation_id, sequence)
);
