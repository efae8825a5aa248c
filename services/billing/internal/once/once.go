// Package once names a request that has its effect once, however often it is made.
package once

// Request is a call by its caller's own id for it: see mesh/idempotency.
type Request struct {
	Method string
	ID     string
	// Payload is everything that was asked; another one under the same id is refused.
	Payload []byte
}
