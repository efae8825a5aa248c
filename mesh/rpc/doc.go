// Package rpc is how services call each other. In one process a call is a function call through a Local; between
// processes it is gRPC. Both run the same layers, in the same order, and one suite of tests runs over both:
//
//	telemetry   a span that continues the caller's trace, and metrics: a refused call is counted, too
//	faults      every error becomes a status with an ErrorInfo of the domain `parley`; causes stay in the log
//	recovery    a panic is INTERNAL and says nothing
//	caller      from the metadata `parley-caller-bin`; a call without one is UNAUTHENTICATED
//	access      the method's rule in its proto (parley.access.v1): role, scope, assurance
//	validation  the request's rules in its proto (buf.validate)
//
// The client's side sends the context's caller and trace. Whoever can reach a Server is believed about the caller, so it
// listens only where the mesh's own certificates are asked for; the gateway builds its calls anew and passes no metadata on.
package rpc
