// Package channeltest is the contract that every adapter passes, whatever its vendor: nothing that nobody vouched for is
// accepted, every event can be told from every other and from its own redelivery, every failure to send says what may be
// done about it, and no secret or word of a message gets into an error.
//
// An adapter's own tests are about its vendor; they call Run once with a Harness that knows the vendor's wire.
package channeltest
