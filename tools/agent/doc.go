// Package agent is a person at a terminal: it signs in with an agent's key, is offered conversations, shows the hand-off, and
// carries what is typed to the customer, all through the public API. It does one conversation at a time.
//
//	client.go   the public API, over gRPC, with the agent's key
//	desk.go     what is typed and what comes, one thing after the other
//	command.go  what can be typed
//	watch.go    offers and messages as they come, again and again after a broken connection
//	packet.go   a hand-off as a page to read
//
// Lines may come from a script: what has to wait (accept, until something is offered; wait, until the customer writes) holds
// back the lines behind it.
package agent
