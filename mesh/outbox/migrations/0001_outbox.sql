-- published_time is 0 until the bus has confirmed the event.
CREATE TABLE outbox (
  id             TEXT   PRIMARY KEY,
  partition_key  TEXT   NOT NULL,
  sequence       BIGINT NOT NULL,
  subject        TEXT   NOT NULL,
  data           BYTEA  NOT NULL,
  created_time   BIGINT NOT NULL,
  published_time BIGINT NOT NULL
);
CREATE INDEX outbox_unpublished ON outbox (partition_key, sequence) WHERE published_time = 0;
CREATE INDEX outbox_published ON outbox (published_time) WHERE published_time > 0;
