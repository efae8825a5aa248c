CREATE TABLE articles (
    tenant           TEXT    NOT NULL,
    id               TEXT    NOT NULL,
    key              TEXT    NOT NULL,
    language         TEXT    NOT NULL,
    state            TEXT    NOT NULL,
    newest           INTEGER NOT NULL,
    published        INTEGER NOT NULL, -- 0 when no version is
    published_public BOOLEAN NOT NULL, -- whether everybody may read the published version
    imported         TEXT    NOT NULL, -- hash of the document imported last, or empty
    helpful          BIGINT  NOT NULL,
    unhelpful        BIGINT  NOT NULL,
    catalog_revision BIGINT  NOT NULL, -- of the catalog when the published version changed last; 0 when there never was one
    revision         BIGINT  NOT NULL,
    create_time      BIGINT  NOT NULL,
    update_time      BIGINT  NOT NULL,
    PRIMARY KEY (tenant, id),
    UNIQUE (tenant, key, language)
);

CREATE INDEX articles_by_catalog ON articles (tenant, language, catalog_revision);

CREATE TABLE article_versions (
    tenant       TEXT    NOT NULL,
    article_id   TEXT    NOT NULL,
    number       INTEGER NOT NULL,
    kind         TEXT    NOT NULL,
    access       TEXT    NOT NULL,
    title        TEXT    NOT NULL,
    body         TEXT    NOT NULL,
    questions    TEXT    NOT NULL, -- JSON array
    tags         TEXT    NOT NULL, -- JSON array
    author       TEXT    NOT NULL,
    approved     BOOLEAN NOT NULL, -- the last review's decision
    reason       TEXT    NOT NULL,
    reviewer     TEXT    NOT NULL, -- empty when there was no review
    review_time  BIGINT  NOT NULL,
    publish_time BIGINT  NOT NULL, -- 0 when it never was
    PRIMARY KEY (tenant, article_id, number)
);

-- What is published in a language, as a number that grows whenever it changes: whoever searches sees what to read anew.
CREATE TABLE catalogs (
    tenant   TEXT   NOT NULL,
    language TEXT   NOT NULL,
    revision BIGINT NOT NULL,
    PRIMARY KEY (tenant, language)
);
