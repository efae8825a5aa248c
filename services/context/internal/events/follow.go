package events

import (
	"context"
	"fmt"

	"github.com/parleyhq/parley/mesh/bus"
	"github.com/parleyhq/parley/mesh/node"
	"github.com/parleyhq/parley/mesh/store"
	eventsv1 "github.com/parleyhq/parley/proto/gen/parley/events/v1"
	"github.com/parleyhq/parley/services/context/internal/conversation"
	"google.golang.org/protobuf/proto"
)

// Tasks is the consumer that follows who has accepted a conversation, and who is done with it.
func Tasks(ctx context.Context, n *node.Node, db *store.DB, handlers *conversation.Handlers) (*bus.Consumer, error) {
	return n.Bus.NewConsumer(ctx, bus.ConsumerConfig{
		Role:   "context",
		Stream: bus.Routing,
		Filter: []string{
			bus.TypeOf(&eventsv1.TaskAccepted{}), bus.TypeOf(&eventsv1.TaskReturned{}), bus.TypeOf(&eventsv1.TaskCompleted{}),
			bus.TypeOf(&eventsv1.TaskCancelled{}),
		},
		DB:     db,
		Clock:  n.Clock,
		Tracer: n.Tracer,
		Handle: func(ctx context.Context, env *eventsv1.Envelope) error {
			payload, err := env.GetPayload().UnmarshalNew()
			if err != nil {
				return fmt.Errorf("event %s: %w", env.GetId(), err)
			}
			step := conversation.Step{
				Tenant: env.GetTenant(), ConversationID: env.GetPartitionKey(), Sequence: env.GetSequence(),
			}
			if !means(payload, &step) {
				return nil
			}
			return handlers.Follow(ctx, step)
		},
	})
}

// means fills in who handles the conversation after the event; false when that is as before.
func means(event proto.Message, step *conversation.Step) bool {
	switch e := event.(type) {
	case *eventsv1.TaskAccepted:
		step.Handler, step.Agent = conversation.Person, e.GetAgent()
	case *eventsv1.TaskReturned:
		step.Handler = conversation.None
		return e.GetWasAccepted()
	default:
		step.Handler, step.Settled = conversation.Assistant, true
	}
	return true
}
