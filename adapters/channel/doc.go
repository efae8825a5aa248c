// Package channel is the port between Parley and every vendor: what an adapter must be able to do, and the words in which
// it says what came in and how sending went. Read it in this order: adapter.go, event.go, outgoing.go, errors.go.
//
// What is the same for all vendors stands around it:
//
//	inbox          the way in: authenticate, parse, commit, answer 200; then record, in order per sender
//	delivery       the way out: commit, pace, send once, find out what is unknown, fold statuses, report
//	internal/lanes who of them is served when: in order per key, fair between keys
//	sqlstore       the tables of both
//	channeltest    the contract every adapter passes
//	fakechannel    an adapter and its vendor for tests of what stands behind the port; it passes the contract too
//
// The role that runs it all is adapters/channels.
package channel
