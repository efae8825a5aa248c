CREATE TABLE requests (
  tenant       TEXT   NOT NULL,
  principal    TEXT   NOT NULL,
  method       TEXT   NOT NULL,
  request_id   TEXT   NOT NULL,
  payload_hash BYTEA  NOT NULL,
  result_id    TEXT   NOT NULL,
  created_time BIGINT NOT NULL,
  PRIMARY KEY (tenant, principal, method, request_id)
);
CREATE INDEX requests_created ON requests (created_time);
