package events

import (
	"context"

	"github.com/parleyhq/parley/mesh/bus"
	"github.com/parleyhq/parley/mesh/node"
	"github.com/parleyhq/parley/mesh/store"
	eventsv1 "github.com/parleyhq/parley/proto/gen/parley/events/v1"
	"github.com/parleyhq/parley/services/routing/internal/routing"
)

// Moves is the consumer that follows whose conversations are.
func Moves(ctx context.Context, n *node.Node, db *store.DB, desk *routing.Desk) (*bus.Consumer, error) {
	return n.Bus.NewConsumer(ctx, bus.ConsumerConfig{
		Role:   "routing",
		Stream: bus.Conversation,
		Filter: []string{bus.TypeOf(&eventsv1.ConversationMoved{})},
		DB:     db,
		Clock:  n.Clock,
		Tracer: n.Tracer,
		Handle: func(ctx context.Context, env *eventsv1.Envelope) error {
			moved := &eventsv1.ConversationMoved{}
			if err := bus.Unpack(env, moved); err != nil {
				return err
			}
			return desk.Give(ctx, env.GetTenant(), moved.GetConversationId(), moved.GetCustomerId())
		},
	})
}
