-- next_time is when the timer may next be run: its due time at first, then the end of the lease of who runs it, then the
-- next attempt. claim counts who set or took it: who does not hold the last claim changes nothing.
CREATE TABLE timers (
  kind      TEXT   NOT NULL,
  timer_key TEXT   NOT NULL,
  tenant    TEXT   NOT NULL,
  due_time  BIGINT NOT NULL,
  payload   BYTEA,
  next_time BIGINT NOT NULL,
  attempts  BIGINT NOT NULL,
  claim     BIGINT NOT NULL,
  PRIMARY KEY (kind, timer_key)
);
CREATE INDEX timers_next ON timers (next_time);
