-- How far a role has come in a stream. A place is a stream sequence and the time (nanoseconds) of the message there.
--   floor    everything up to here is done
--   highest  the last event that is done in any lane
--   durable  a floor of more than a minute ago: no power cut can take what is up to here from the stream
CREATE TABLE bus_positions (
    role          TEXT NOT NULL,
    stream        TEXT NOT NULL,
    lanes         INTEGER NOT NULL,
    floor_seq     BIGINT NOT NULL,
    floor_time    BIGINT NOT NULL,
    highest_seq   BIGINT NOT NULL,
    highest_time  BIGINT NOT NULL,
    durable_seq   BIGINT NOT NULL,
    durable_time  BIGINT NOT NULL,
    PRIMARY KEY (role, stream)
);

-- How far a lane has come beyond the floor. Rows at or below the floor mean nothing.
CREATE TABLE bus_lanes (
    role    TEXT NOT NULL,
    stream  TEXT NOT NULL,
    lane    INTEGER NOT NULL,
    seq     BIGINT NOT NULL,
    PRIMARY KEY (role, stream, lane)
);

-- Events that failed, and those that follow them in their partition key, in the order of `sequence`.
CREATE TABLE bus_parked (
    role           TEXT NOT NULL,
    stream         TEXT NOT NULL,
    id             TEXT NOT NULL,
    partition_key  TEXT NOT NULL,
    sequence       BIGINT NOT NULL,
    seq            BIGINT NOT NULL,
    attempts       INTEGER NOT NULL,
    due_time       BIGINT NOT NULL,
    reason         TEXT NOT NULL,
    envelope       BYTEA NOT NULL,
    PRIMARY KEY (role, stream, id)
);
CREATE INDEX bus_parked_order ON bus_parked (role, stream, partition_key, sequence, seq);
