// Package mesh is the ground that every process of Parley stands on. It knows no business.
//
//	fault      errors that cross a wire: a code, a reason, a message safe for the caller, the cause kept inside
//	caller     on whose behalf something is done, carried by context, RPC metadata and events
//	typeid     ids that name their kind
//	clock      the time, injected
//	store      SQLite with a group-commit writer and PostgreSQL behind one portable API
//	wake       who waits in this process for a thing to change is told that it may have
//	outbox     events written in the transaction that made them, published in order
//	bus        JetStream, and consumers that keep their own positions
//	timer      durable timers
//	idempotency  request ids: the same call twice is one call
//	seal       a key per customer and per account; keyed hashes for look-ups
//	page       sealed page tokens
//	egress     the only way out to addresses that came from outside
//	rpc        services in process or over the network, through the same interceptors
//	edge       methods offered to the world outside over Connect, gRPC and gRPC-Web
//	telemetry  logs, metrics, traces
//	node       what a service is handed
//	process    roles: ordered start, drain, stop
package mesh
