-- Who a visitor turned out to be. The visitor's row is gone; their key is not, for what was sealed under it.
CREATE TABLE merges (
    tenant      TEXT   NOT NULL,
    merged_id   TEXT   NOT NULL,
    customer_id TEXT   NOT NULL,
    merge_time  BIGINT NOT NULL,
    PRIMARY KEY (tenant, merged_id)
);

CREATE INDEX merges_by_customer ON merges (tenant, customer_id, merge_time, merged_id);
