// Package events says on the bus what happened in conversations, and follows what routing says there.
package events

import (
	"context"

	"github.com/parleyhq/parley/mesh/bus"
	"github.com/parleyhq/parley/mesh/caller"
	"github.com/parleyhq/parley/mesh/outbox"
	"github.com/parleyhq/parley/mesh/store"
	accessv1 "github.com/parleyhq/parley/proto/gen/parley/access/v1"
	eventsv1 "github.com/parleyhq/parley/proto/gen/parley/events/v1"
	"github.com/parleyhq/parley/services/context/internal/conversation"
	"google.golang.org/protobuf/proto"
)

// Publisher puts events into the outbox.
type Publisher struct{ outbox *outbox.Outbox }

// NewPublisher through the outbox of the service's own store.
func NewPublisher(o *outbox.Outbox) *Publisher { return &Publisher{outbox: o} }

// Add publishes the event once the transaction is committed.
func (p *Publisher) Add(ctx context.Context, tx *store.Tx, e conversation.Event) error {
	tenant, conversationID, revision := e.About()
	return p.outbox.Publish(ctx, tx, bus.ConversationSubject, outbox.Event{
		Tenant:      tenant,
		Key:         conversationID,
		Sequence:    revision,
		Time:        e.Time,
		CausationID: e.CausationID,
		Caller:      authority(ctx, e),
		Payload:     message(e),
	})
}

func message(e conversation.Event) proto.Message {
	m := e.Message
	switch e.Kind {
	case conversation.MessageRecorded:
		return &eventsv1.MessageRecorded{
			ConversationId: m.ConversationID, CustomerId: m.CustomerID, MessageId: m.ID, Account: m.Account,
		}
	case conversation.MessagePosted:
		return &eventsv1.MessagePosted{
			ConversationId: m.ConversationID, CustomerId: m.CustomerID, MessageId: m.ID, Account: m.Account,
		}
	case conversation.HandlerChanged:
		c := e.Conversation
		return &eventsv1.HandlerChanged{ConversationId: c.ID, CustomerId: c.CustomerID, HandlerEpoch: c.HandlerEpoch}
	case conversation.ConversationClosed:
		return &eventsv1.ConversationClosed{ConversationId: e.Conversation.ID, CustomerId: e.Conversation.CustomerID}
	case conversation.ConversationMoved:
		return &eventsv1.ConversationMoved{ConversationId: e.Conversation.ID, CustomerId: e.Conversation.CustomerID}
	default:
		return &eventsv1.MessageChanged{ConversationId: m.ConversationID, CustomerId: m.CustomerID, MessageId: m.ID}
	}
}

// authority is the caller who made it happen. What a customer did carries no more right than the customer has: whoever
// handles the event acts for this customer, who is known as well as the channel vouched.
func authority(ctx context.Context, e conversation.Event) *accessv1.Caller {
	c := caller.From(ctx)
	if c == nil { // a timer's
		tenant, _, _ := e.About()
		c = caller.Service(tenant, "context")
	}
	if e.Assurance == 0 {
		return c
	}
	return caller.OnBehalfOf(c, e.Message.CustomerID, accessv1.Assurance(e.Assurance))
}
