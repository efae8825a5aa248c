package events

import (
	"context"

	"github.com/parleyhq/parley/mesh/bus"
	"github.com/parleyhq/parley/mesh/node"
	"github.com/parleyhq/parley/mesh/store"
	eventsv1 "github.com/parleyhq/parley/proto/gen/parley/events/v1"
	"github.com/parleyhq/parley/services/assistant/internal/news"
	"google.golang.org/protobuf/proto"
)

// about is what every event of a dispute says.
type about interface {
	proto.Message
	GetDisputeId() string
	GetCustomerId() string
}

// tale is one kind of event, and who tells it.
type tale struct {
	event about
	tell  func(b *news.Bearer, ctx context.Context, e news.Event) error
}

// tales that are told, by their types.
func tales() map[string]tale {
	all := map[string]tale{}
	for _, t := range []tale{
		{&eventsv1.DisputeDecided{}, (*news.Bearer).Decided},
		{&eventsv1.DisputeWithdrawn{}, (*news.Bearer).Withdrawn},
		{&eventsv1.DisputeReminderDue{}, (*news.Bearer).ReminderDue},
		{&eventsv1.DisputeOverdue{}, (*news.Bearer).Overdue},
	} {
		all[bus.TypeOf(t.event)] = t
	}
	return all
}

// Bills is the consumer that has the news of disputes told.
func Bills(ctx context.Context, n *node.Node, db *store.DB, bearer *news.Bearer) (*bus.Consumer, error) {
	known := tales()
	var types []string
	for name := range known {
		types = append(types, name)
	}
	return n.Bus.NewConsumer(ctx, bus.ConsumerConfig{
		Role:   "assistant-news",
		Stream: bus.Billing,
		Filter: types,
		DB:     db,
		Clock:  n.Clock,
		Tracer: n.Tracer,
		Handle: func(ctx context.Context, env *eventsv1.Envelope) error {
			event, err := eventOf(env, known[env.GetType()].event)
			if err != nil {
				return err
			}
			return known[env.GetType()].tell(bearer, ctx, event)
		},
		GiveUp: func(ctx context.Context, env *eventsv1.Envelope, _ error) error {
			event, err := eventOf(env, known[env.GetType()].event)
			if err != nil {
				return err
			}
			return bearer.GiveUp(ctx, event, env.GetType())
		},
	})
}

func eventOf(env *eventsv1.Envelope, kind about) (news.Event, error) {
	payload := kind.ProtoReflect().New().Interface().(about)
	if err := bus.Unpack(env, payload); err != nil {
		return news.Event{}, err
	}
	return news.Event{ID: env.GetId(), DisputeID: payload.GetDisputeId(), CustomerID: payload.GetCustomerId()}, nil
}
