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
)

// Conversation is one matter with one customer, whatever the channels.
type Conversation struct {
	ID         string
	Tenant     string
	CustomerID string
	// Topic sets apart what is open at the same time with one customer. The empty one is for everything.
	Topic        string
	Handler      Handler
	HandlerEpoch int64
	// LastSequence is the sequence of the newest message.
	LastSequence int64
	// Revision counts the events emitted about this conversation: each append and each change raises it.
	Revision   int64
	CreateTime time.Time
	// UpdateTime is when something was last said.
	UpdateTime time.Time
	// CloseTime is zero while the conversation is open.
	CloseTime time.Time
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
func (c *Conversation) Close(now time.Time) { c.CloseTime = now }

// append gives the message its place at the end: the next sequence, and a time after every earlier message's, even when
// the clock stood still or was set back.
func (c *Conversation) append(m *Message, now time.Time) {
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
