// Package events takes MessageRecorded off the bus and has the message answered.
package events

import (
	"context"
	"fmt"

	"github.com/parleyhq/parley/mesh/bus"
	"github.com/parleyhq/parley/mesh/node"
	"github.com/parleyhq/parley/mesh/store"
	eventsv1 "github.com/parleyhq/parley/proto/gen/parley/events/v1"
	"github.com/parleyhq/parley/services/assistant/internal/dialogue"
)

// Consumer is the bus consumer of the role `assistant`.
func Consumer(ctx context.Context, n *node.Node, db *store.DB, turns *dialogue.Turns) (*bus.Consumer, error) {
	return n.Bus.NewConsumer(ctx, bus.ConsumerConfig{
		Role:   "assistant",
		Stream: bus.Conversation,
		Filter: []string{string((&eventsv1.MessageRecorded{}).ProtoReflect().Descriptor().FullName())},
		DB:     db,
		Clock:  n.Clock,
		Tracer: n.Tracer,
		Handle: func(ctx context.Context, env *eventsv1.Envelope) error {
			recorded, err := payload(env)
			if err != nil {
				return err
			}
			return turns.Run(ctx, recorded.GetConversationId(), recorded.GetMessageId())
		},
		GiveUp: func(ctx context.Context, env *eventsv1.Envelope, _ error) error {
			recorded, err := payload(env)
			if err != nil {
				return err
			}
			return turns.GiveUp(ctx, recorded.GetConversationId(), recorded.GetMessageId())
		},
	})
}

func payload(env *eventsv1.Envelope) (*eventsv1.MessageRecorded, error) {
	recorded := &eventsv1.MessageRecorded{}
	if err := env.GetPayload().UnmarshalTo(recorded); err != nil {
		return nil, fmt.Errorf("event %s: %w", env.GetId(), err)
	}
	return recorded, nil
}
