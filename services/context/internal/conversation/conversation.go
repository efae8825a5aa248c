// Package conversation holds the rules of what is said with a customer: one timeline whatever the channels, each thing
// recorded once, each message answered once, changes applied in whatever order they come.
package conversation

import "time"

// Handler says who answers in a conversation; numbered as parley.context.v1.HandlerKind.
type Handler int

// Handlers.
const (
	Assistant Handler = 1
	Person    Handler = 2
	None      Handler = 3
)

// Conversation is one matter with one customer, whatever the channels.
type Conversation struct {
	ID         string
	Tenant     string
	CustomerID string
	// Topic sets apart what is open at the same time with one customer. The empty one is for everything.
	Topic   string
	Handler Handler
	// Agent who handles it; empty unless the handler is a person.
	Agent        string
	HandlerEpoch int64
	// TaskSequence is that of the newest step of routing that was followed.
	TaskSequence int64
	// LastSequence is the sequence of the newest message.
	LastSequence int64
	// Revision counts the events emitted about this conversation: each append and each change of a message, of the handler, of
	// whose it is, and the end raise it.
	Revision   int64
	CreateTime time.Time
	// UpdateTime is when something was last said.
	UpdateTime time.Time
	// CloseTime is zero while the conversation is open.
	CloseTime time.Time
	// ChangeTime is when the store last kept a change of it. Stores set it.
	ChangeTime time.Time
}

// Opened is a new conversation with a customer. The assistant answers first.
func Opened(id, tenant, customerID string, now time.Time) Conversation {
	return Conversation{
		ID: id, Tenant: tenant, CustomerID: customerID,
		Handler: Assistant, HandlerEpoch: 1,
		CreateTime: now, UpdateTime: now,
	}
}

// Open says whether something may still be said in it.
func (c Conversation) Open() bool { return c.CloseTime.IsZero() }

// IdleAt is when the conversation is closed if nothing more is said.
func (c Conversation) IdleAt(after time.Duration) time.Time { return c.UpdateTime.Add(after) }

// Close ends the conversation.
func (c *Conversation) Close(now time.Time) {
	c.CloseTime = now
	c.Revision++
}

// giveTo makes it another customer's.
func (c *Conversation) giveTo(customerID string) {
	c.CustomerID = customerID
	c.Revision++
}

// handOver makes somebody else the handler, and says whether that is a change.
func (c *Conversation) handOver(h Handler, agent string) bool {
	if c.Handler == h && c.Agent == agent {
		return false
	}
	c.Handler, c.Agent = h, agent
	c.HandlerEpoch++
	c.Revision++
	return true
}

// handledBy says whether the agent answers in it.
func (c Conversation) handledBy(agent string) bool { return c.Handler == Person && c.Agent == agent }

// append gives the message its place at the end: the next sequence, and a time after every earlier message's, even when
// the clock stood still or was set back.
func (c *Conversation) append(m *Message, now time.Time) {
	now = now.Truncate(time.Microsecond) // as it is kept
	if c.LastSequence > 0 && !now.After(c.UpdateTime) {
		now = c.UpdateTime.Add(time.Microsecond)
	}
	c.LastSequence++
	c.UpdateTime = now
	m.ConversationID, m.CustomerID, m.Tenant = c.ID, c.CustomerID, c.Tenant
	m.Sequence, m.CreateTime = c.LastSequence, now
}

// touch gives the message the next revision, so that watchers see it (again).
func (c *Conversation) touch(m *Message) {
	c.Revision++
	m.Revision = c.Revision
}
