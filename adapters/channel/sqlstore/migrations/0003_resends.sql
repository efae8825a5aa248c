-- How often a message was sent again although the vendor may have had it.
ALTER TABLE deliveries ADD COLUMN resends BIGINT NOT NULL DEFAULT 0;
