CREATE TABLE dialogues (
    tenant            TEXT   NOT NULL,
    conversation_id   TEXT   NOT NULL,
    customer_id       TEXT   NOT NULL,
    answered_sequence BIGINT NOT NULL,
    state             BYTEA  NOT NULL, -- sealed under the customer's key
    update_time       BIGINT NOT NULL,
    PRIMARY KEY (tenant, conversation_id)
);
