-- Visitors who turned out to be a customer: who still takes them for somebody is told whose it is.
CREATE TABLE merged_customers (
    tenant      TEXT NOT NULL,
    merged_id   TEXT NOT NULL,
    customer_id TEXT NOT NULL,
    PRIMARY KEY (tenant, merged_id)
);
