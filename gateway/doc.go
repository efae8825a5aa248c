// Package gateway is the front desk: every method of every Parley service, for people and systems outside, over Connect,
// gRPC and gRPC-Web, in JSON and binary, on one port (HTTP/1.1 and HTTP/2 without TLS; TLS ends before it).
//
// It knows no service. It reads the methods and their access rules from the registry of generated types, so a new RPC
// needs no code here. For each call it
//
//	finds the key       Authorization: Bearer <secret>; none or a wrong one is UNAUTHENTICATED (401)
//	asks the rule       the method's (parley.access.v1.access); refused is PERMISSION_DENIED (403)
//	decodes             an unknown JSON field is INVALID_ARGUMENT (400) and named; 4 MiB at most
//	makes a new call    with the key's caller and a new trace; no header of the request goes on, so none can pretend
//
// and answers what the service answers, error details included.
//
//	config.go    Config, Default, Validate
//	keys.go      API keys: hashed when loaded, compared in constant time; an agent's key is the agent
//	gateway.go   New, and the gateway as a role of the process
//	serve.go     one request: key, rule, limits
//	forward.go   one method: unary or server stream
//
// What the outside sees of a method is made by mesh/edge, browsers of other origins included.
//
// Beside the methods it serves gRPC reflection, /livez, /healthz, /readyz and /metrics, and at / the console's pages (console/,
// which calls the methods as everybody else does), all without a key.
package gateway
