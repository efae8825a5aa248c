// Package contextsvc remembers everything said with a customer on every channel, in one timeline, and who handles it.
// (The folder is `context`, as the service; the package is not, so that nobody's import shadows the standard library's.)
//
// # What it owns
//
// Conversations, their messages, and open requests: what a customer asked for and nobody has done yet. One conversation
// is open per customer and topic, whatever the channels; its messages are numbered from 1 without gaps. A conversation
// that was silent for Config.IdleAfter is closed by a durable timer, and the next message opens a new one.
//
// # RPCs: parley.context.v1.ContextService
//
//	RecordEvents        what happened on a channel: messages, edits, deletions, reactions, delivery statuses
//	PostMessage         a message from Parley's side; one message is answered once
//	PostToCustomer      news for a customer, where they last wrote; opens a conversation if none is open
//	ListMessages        the timeline; BatchGetMessages, GetConversation
//	WatchConversation   the timeline as it grows
//	CreateOpenRequest   ListOpenRequests
//
// # Whom it calls
//
// IdentityService.ResolveCustomer, to know whose message it is.
//
// # Events
//
// It emits, on the CONVERSATION stream, in the transaction that made them and numbered per conversation:
// MessageRecorded, MessagePosted, MessageChanged. What a customer did carries a caller narrowed to that customer and the
// assurance that the channel vouched for; the rest carries the caller of the RPC. It consumes none.
//
// # The way through the code
//
//	internal/rpc           protobuf in, domain out, and back; who may touch what
//	internal/conversation  the rules: Recorder, Poster, Timeline, Requests, Idle and Sweep over a Store
//	internal/sqlstore      the one Store, on SQLite and PostgreSQL
//	internal/customers     asks identity, and remembers the answer for a while
//	internal/events        the envelopes
//
// What people said, their addresses and the vendors' ids (which contain phone numbers) are sealed under the customer's
// key before they reach the store; the store finds by keyed hashes.
package contextsvc
