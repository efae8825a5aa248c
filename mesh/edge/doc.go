// Package edge offers methods to the world outside over Connect, gRPC and gRPC-Web, in JSON and binary: what the gateway does
// for every service, and the web chat's door for its own. It knows no service: methods are given by their descriptors, and
// messages are the generated types.
//
//	method.go   a method as an http.Handler
//	json.go     JSON that is strict about what it does not know
//	error.go    a fault as Connect says it, details included
//	cors.go     browsers of other origins
//	body.go     slow senders
package edge
