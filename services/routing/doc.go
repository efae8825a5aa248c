// Package routing brings a conversation that wants a person to an agent who is free and able.
//
// # What it owns
//
// Agents (skills, how much they can do at once on each channel, status), queues (what it takes to do a kind of work, how
// urgent it is), tasks (a conversation that wants a person) and offers (a task before one agent). It keeps ids, names that
// operators chose, and times; no word of a customer.
//
// # What holds
//
// A conversation has at most one open task. The first in the line is offered first: the highest priority, and within it
// the oldest, whatever became of earlier offers. Nobody waits while an agent is free who could take it: every change that
// may let somebody fit makes the offers that have become possible in its own transaction (drain.go). An offer takes up
// room, so no agent has more than he can take. An offer that nobody answers returns to its place when its durable timer is
// due, and so does everything that an agent had of whom nothing is heard for the length of a lease.
//
// # RPCs: parley.routing.v1.RoutingService
//
//	RequestAgent, CancelTask                     what the assistant calls
//	WatchOffers, AcceptOffer, RejectOffer        what an agent sees and answers
//	CompleteTask, TransferTask                   what an agent does with a task
//	SetAgentStatus, Heartbeat                    that an agent is there; an open WatchOffers is a heartbeat, too
//	GetTask, ListTasks, ExplainTask              where a task is, and why it waits
//	Create, Update, Get, List of Agent, Queue    what an operator sets up
//
// The agent of a call is its caller: the principal `agent:agent-ana` with the role of an agent is the agent `agent-ana`.
//
// # Events and calls
//
// It emits, on the ROUTING stream, in the transaction that made them and numbered per conversation: TaskRequested,
// TaskOffered, TaskAccepted, TaskReturned, TaskCompleted, TaskCancelled. What a caller did carries that caller; what routing
// did by itself carries `service:routing`. It consumes, of the CONVERSATION stream, ConversationMoved: the conversation's tasks
// are that customer's, too. It calls no other service.
//
// # The way through the code
//
//	internal/routing      the rules. transitions.go: what may happen to a task; match.go: who is offered what;
//	                      drain.go: when. store.go is the Store interface, routingtest the contract
//	internal/sqlstore     the one Store, on SQLite and PostgreSQL
//	internal/rpc          protobuf in, domain out, and back
//	internal/events       the envelopes, and what is followed
package routing
