// Package bus carries events between services: JetStream underneath, embedded in the process or a cluster outside.
//
// A Publisher returns when JetStream has confirmed. A Consumer reads a stream for one role, in order per partition key, and
// keeps its positions in the role's own store, after the effects: a restart resumes from there and not from the server's
// acknowledgements, whose redelivery overtakes newer messages.
//
//	stream ─▶ Consumer ─▶ 256 lanes (hash of the partition key) ─▶ Handle ─▶ position
//	                                └─ lasting failure ─▶ parked (the key's events, in order) ─▶ Handle ... ─▶ GiveUp
//
// Every role mirrors its position into a KV bucket, and a stream is trimmed below the lowest of them. A role that has
// registered and never run holds everything.
package bus
