// Package events says on the bus what happened to tasks, and follows there whose they are.
package events

import (
	"context"

	"github.com/parleyhq/parley/mesh/bus"
	"github.com/parleyhq/parley/mesh/caller"
	"github.com/parleyhq/parley/mesh/outbox"
	"github.com/parleyhq/parley/mesh/store"
	accessv1 "github.com/parleyhq/parley/proto/gen/parley/access/v1"
	eventsv1 "github.com/parleyhq/parley/proto/gen/parley/events/v1"
	"github.com/parleyhq/parley/services/routing/internal/routing"
	"google.golang.org/protobuf/proto"
)

// Publisher puts events into the outbox.
type Publisher struct{ outbox *outbox.Outbox }

// NewPublisher through the outbox of the service's own store.
func NewPublisher(o *outbox.Outbox) *Publisher { return &Publisher{outbox: o} }

// Add publishes the news once the transaction is committed.
func (p *Publisher) Add(ctx context.Context, tx *store.Tx, n routing.News) error {
	return p.outbox.Publish(ctx, tx, bus.RoutingSubject, outbox.Event{
		Tenant:      n.Task.Tenant,
		Key:         n.Task.ConversationID,
		Sequence:    n.Task.Sequence,
		Time:        n.Step.Time,
		CausationID: n.RequestID,
		Caller:      authority(ctx, n),
		Payload:     message(n),
	})
}

// authority under which the event is handled. An agent who is done with one customer may make routing offer him another:
// what routing does by itself carries nobody's right but its own.
func authority(ctx context.Context, n routing.News) *accessv1.Caller {
	if n.ByRouting {
		return caller.Service(n.Task.Tenant, "routing")
	}
	return caller.From(ctx)
}

func message(n routing.News) proto.Message {
	t := n.Task
	switch n.Tale {
	case routing.TaskRequested:
		return &eventsv1.TaskRequested{
			TaskId: t.ID, ConversationId: t.ConversationID, CustomerId: t.CustomerID,
			Queue: t.Queue, Channel: t.Channel, HandoffReason: t.HandoffReason,
		}
	case routing.TaskOffered:
		return &eventsv1.TaskOffered{
			TaskId: t.ID, ConversationId: t.ConversationID, CustomerId: t.CustomerID, Agent: t.Agent, OfferId: t.OfferID,
		}
	case routing.TaskAccepted:
		return &eventsv1.TaskAccepted{
			TaskId: t.ID, ConversationId: t.ConversationID, CustomerId: t.CustomerID, Agent: t.Agent, OfferId: t.OfferID,
		}
	case routing.TaskReturned:
		return &eventsv1.TaskReturned{
			TaskId: t.ID, ConversationId: t.ConversationID, CustomerId: t.CustomerID, Agent: n.Step.Agent,
			Reason: reason(n.Step.Event), Queue: t.Queue, WasAccepted: n.Step.From == routing.Accepted,
		}
	case routing.TaskCompleted:
		return &eventsv1.TaskCompleted{
			TaskId: t.ID, ConversationId: t.ConversationID, CustomerId: t.CustomerID, Agent: t.Agent,
		}
	default:
		return &eventsv1.TaskCancelled{
			TaskId: t.ID, ConversationId: t.ConversationID, CustomerId: t.CustomerID, Agent: n.Step.Agent,
		}
	}
}

func reason(e routing.Event) eventsv1.TaskReturned_Reason {
	switch e {
	case routing.Rejecting:
		return eventsv1.TaskReturned_REASON_REJECTED
	case routing.Expiring:
		return eventsv1.TaskReturned_REASON_EXPIRED
	case routing.Withdrawing:
		return eventsv1.TaskReturned_REASON_WITHDRAWN
	case routing.Losing:
		return eventsv1.TaskReturned_REASON_LOST
	default:
		return eventsv1.TaskReturned_REASON_TRANSFERRED
	}
}
