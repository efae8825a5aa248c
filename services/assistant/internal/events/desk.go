package events

import (
	"context"

	"github.com/parleyhq/parley/mesh/bus"
	"github.com/parleyhq/parley/mesh/node"
	"github.com/parleyhq/parley/mesh/store"
	eventsv1 "github.com/parleyhq/parley/proto/gen/parley/events/v1"
	"github.com/parleyhq/parley/services/assistant/internal/colleague"
	"github.com/parleyhq/parley/services/assistant/internal/skill"
	"github.com/parleyhq/parley/services/assistant/internal/skill/person"
)

// Lost is the consumer that tells customers that the colleague who was with them is gone.
func Lost(ctx context.Context, n *node.Node, db *store.DB, gone *person.Gone) (*bus.Consumer, error) {
	return n.Bus.NewConsumer(ctx, bus.ConsumerConfig{
		Role:   "assistant-lost",
		Stream: bus.Routing,
		Filter: []string{bus.TypeOf(&eventsv1.TaskReturned{})},
		DB:     db,
		Clock:  n.Clock,
		Tracer: n.Tracer,
		Handle: func(ctx context.Context, env *eventsv1.Envelope) error {
			returned := &eventsv1.TaskReturned{}
			if err := bus.Unpack(env, returned); err != nil {
				return err
			}
			if !returned.GetWasAccepted() || returned.GetReason() != eventsv1.TaskReturned_REASON_LOST {
				return nil
			}
			return colleague.Lost(ctx, n.Peers, skill.RequestID(env.GetId(), "lost"), returned.GetConversationId(), gone)
		},
		GiveUp: func(ctx context.Context, env *eventsv1.Envelope, _ error) error {
			returned := &eventsv1.TaskReturned{}
			if err := bus.Unpack(env, returned); err != nil {
				return err
			}
			return colleague.GiveUp(ctx, n.Peers, skill.RequestID(env.GetId(), "untold"), returned.GetConversationId())
		},
	})
}

// Closed is the consumer that takes conversations out of the line when they are closed.
func Closed(ctx context.Context, n *node.Node, db *store.DB) (*bus.Consumer, error) {
	return n.Bus.NewConsumer(ctx, bus.ConsumerConfig{
		Role:   "assistant-closed",
		Stream: bus.Conversation,
		Filter: []string{bus.TypeOf(&eventsv1.ConversationClosed{})},
		DB:     db,
		Clock:  n.Clock,
		Tracer: n.Tracer,
		Handle: func(ctx context.Context, env *eventsv1.Envelope) error {
			closed := &eventsv1.ConversationClosed{}
			if err := bus.Unpack(env, closed); err != nil {
				return err
			}
			return colleague.LetGo(ctx, n.Peers, closed.GetConversationId())
		},
	})
}
