CREATE TABLE searches (
    tenant      TEXT    NOT NULL,
    id          TEXT    NOT NULL,
    language    TEXT    NOT NULL,
    customer_id TEXT    NOT NULL, -- empty when it was for none
    article_id  TEXT    NOT NULL, -- empty when nothing answered
    version     INTEGER NOT NULL,
    verdict     TEXT    NOT NULL, -- helpful, unhelpful, or empty
    gap         BYTEA,            -- keyed hash of what an unanswered question asks; NULL when it was answered
    question    BYTEA,            -- sealed words of an unanswered question
    create_time BIGINT  NOT NULL,
    PRIMARY KEY (tenant, id)
);

CREATE INDEX searches_by_gap ON searches (tenant, language, gap);
CREATE INDEX searches_by_time ON searches (create_time);
