// Package events says on the bus what happened to disputes.
package events

import (
	"context"

	"github.com/parleyhq/parley/mesh/bus"
	"github.com/parleyhq/parley/mesh/caller"
	"github.com/parleyhq/parley/mesh/outbox"
	"github.com/parleyhq/parley/mesh/store"
	accessv1 "github.com/parleyhq/parley/proto/gen/parley/access/v1"
	eventsv1 "github.com/parleyhq/parley/proto/gen/parley/events/v1"
	"github.com/parleyhq/parley/services/billing/internal/dispute"
	"google.golang.org/protobuf/proto"
)

// Publisher puts events into the outbox.
type Publisher struct{ outbox *outbox.Outbox }

// NewPublisher through the outbox of the service's own store.
func NewPublisher(o *outbox.Outbox) *Publisher { return &Publisher{outbox: o} }

// Add publishes what happened last to the dispute, once the transaction is committed.
func (p *Publisher) Add(ctx context.Context, tx *store.Tx, tale dispute.Tale, d dispute.Dispute, sequence int64) error {
	step := d.Trail[len(d.Trail)-1]
	return p.outbox.Publish(ctx, tx, bus.BillingSubject, outbox.Event{
		Tenant:      d.Tenant,
		Key:         d.CustomerID,
		Sequence:    sequence,
		Time:        step.Time,
		CausationID: step.RequestID,
		Caller:      authority(ctx, d.Tenant, step),
		Payload:     message(tale, d),
	})
}

func message(tale dispute.Tale, d dispute.Dispute) proto.Message {
	id, customer, conversation, asked := d.ID, d.CustomerID, d.ConversationID, d.MessageID
	switch tale {
	case dispute.DisputeOpened:
		return &eventsv1.DisputeOpened{DisputeId: id, CustomerId: customer, ConversationId: conversation, MessageId: asked}
	case dispute.DisputeReminderDue:
		return &eventsv1.DisputeReminderDue{DisputeId: id, CustomerId: customer, ConversationId: conversation, MessageId: asked}
	case dispute.DisputeOverdue:
		return &eventsv1.DisputeOverdue{DisputeId: id, CustomerId: customer, ConversationId: conversation, MessageId: asked}
	case dispute.DisputeDecided:
		return &eventsv1.DisputeDecided{DisputeId: id, CustomerId: customer, ConversationId: conversation, MessageId: asked}
	default:
		return &eventsv1.DisputeWithdrawn{DisputeId: id, CustomerId: customer, ConversationId: conversation, MessageId: asked}
	}
}

// authority is the caller who made it happen. What the clock does it does on its own, also when it is done because somebody
// asks.
func authority(ctx context.Context, tenant string, step dispute.Step) *accessv1.Caller {
	if step.By.Actor == dispute.Clock {
		return caller.Service(tenant, "billing")
	}
	return caller.From(ctx)
}
