// Package contextsvc remembers everything said with a customer on every channel, in one timeline, and who handles it.
// (The folder is `context`, as the service; the package is not, so that nobody's import shadows the standard library's.)
//
// # What it owns
//
// Conversations, their messages, and open requests: what a customer asked for and nobody has done yet. One conversation
// is open per customer and topic, whatever the channels; its messages are numbered from 1 without gaps. A conversation
// that was silent for Config.IdleAfter is closed by a durable timer, and the next message opens a new one.
// Who a visitor turned out to be is kept: a replica that still takes them for the visitor is told whose message it is.
//
// Who answers in a conversation: the assistant, one agent, or, between two agents, nobody. Every change of it raises the
// conversation's epoch, so that an answer which was thought of before is ABORTED. An agent posts only where he answers. What an
// agent is told who takes a conversation up, the hand-off, is made from the records when it is asked for, and never kept.
//
// Where a message goes out: where the one that it answers came from, or where the customer last wrote. One for which nobody
// comes there any more is posted again on the customer's last other channel, in the transaction that notes why.
//
// # RPCs: parley.context.v1.ContextService
//
//	RecordEvents        what happened on a channel: messages, edits, deletions, reactions, delivery statuses, and that a visitor
//	                    whom nobody knew turned out to be a customer
//	PostMessage         a message from Parley's side; one message is answered once
//	PostToCustomer      news for a customer, where they last wrote; opens a conversation if none is open
//	ListMessages        the timeline; BatchGetMessages, GetConversation
//	ListConversations   what changed last first
//	WatchConversation   the timeline as it grows; WatchConversations, all of them as they change. Both can be resumed
//	SetHandler          CloseConversation
//	GetHandoff          who it is, what is wanted, was said, was done, is open and was promised; each line with its source
//	CreateOpenRequest   ListOpenRequests
//
// # Whom it calls
//
// IdentityService.ResolveCustomer, to know whose message it is, MergeCustomers when a visitor signs in, and GetCustomer and
// DisputeService.ListDisputes for a hand-off. RoutingService.ListTasks, when an agent speaks who is not known to have the
// conversation yet.
//
// # Events
//
// It emits, on the CONVERSATION stream, in the transaction that made them and numbered per conversation:
// MessageRecorded, MessagePosted, MessageChanged, HandlerChanged, ConversationClosed, ConversationMoved. What a customer did
// carries a caller narrowed to that customer and the assurance that the channel vouched for; the rest carries the caller of the
// RPC. It consumes, of the ROUTING stream, TaskAccepted, TaskReturned, TaskCompleted and TaskCancelled: in one transaction each they
// say who answers from then on, and settle what wanted a person.
//
// # The way through the code
//
//	internal/rpc           protobuf in, domain out, and back; who may touch what
//	internal/conversation  the rules: Recorder, Poster, Timeline, Requests, Handlers, Idle and Sweep over a Store
//	internal/handoff       the hand-off; internal/records has billing's lines of it
//	internal/sqlstore      the one Store, on SQLite and PostgreSQL
//	internal/customers     asks identity, and remembers the answer for a while
//	internal/desk          asks routing who has a conversation
//	internal/events        the envelopes, and what is followed
//
// What people said, their addresses and the vendors' ids (which contain phone numbers) are sealed under the customer's
// key before they reach the store; the store finds by keyed hashes.
package contextsvc
