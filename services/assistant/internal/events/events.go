// Package events takes what happens off the bus: messages of customers, to have them answered; what became of disputes, and
// that a colleague is gone, to have it told; and that a conversation was closed, to take it out of the line.
package events

import (
	"context"

	"github.com/parleyhq/parley/mesh/bus"
	"github.com/parleyhq/parley/mesh/node"
	"github.com/parleyhq/parley/mesh/store"
	eventsv1 "github.com/parleyhq/parley/proto/gen/parley/events/v1"
	"github.com/parleyhq/parley/services/assistant/internal/dialogue"
)

// Messages is the consumer that has customers' messages answered.
func Messages(ctx context.Context, n *node.Node, db *store.DB, turns *dialogue.Turns) (*bus.Consumer, error) {
	return n.Bus.NewConsumer(ctx, bus.ConsumerConfig{
		Role:   "assistant",
		Stream: bus.Conversation,
		Filter: []string{bus.TypeOf(&eventsv1.MessageRecorded{})},
		DB:     db,
		Clock:  n.Clock,
		Tracer: n.Tracer,
		Handle: func(ctx context.Context, env *eventsv1.Envelope) error {
			recorded := &eventsv1.MessageRecorded{}
			if err := bus.Unpack(env, recorded); err != nil {
				return err
			}
			return turns.Run(ctx, recorded.GetConversationId(), recorded.GetMessageId())
		},
		GiveUp: func(ctx context.Context, env *eventsv1.Envelope, _ error) error {
			recorded := &eventsv1.MessageRecorded{}
			if err := bus.Unpack(env, recorded); err != nil {
				return err
			}
			return turns.GiveUp(ctx, recorded.GetConversationId(), recorded.GetMessageId())
		},
	})
}
