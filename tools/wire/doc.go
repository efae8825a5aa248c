// Package wire is an HTTP/1.1 client that costs little, for those who load the machine that they measure on: the customers of
// `parley bench` and the vendors of the sandbox.
//
// net/http's Transport reads and writes each connection in two goroutines of their own, which costs some four switches between
// threads a request. Here whoever asks writes and reads. What goes over the wire is net/http's: Request.Write and ReadResponse.
// There is no TLS, no proxy, no redirect and no HTTP/2.
package wire
