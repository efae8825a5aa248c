package outbox

import (
	"context"
	"fmt"
	"time"

	"github.com/parleyhq/parley/mesh/store"
	"github.com/parleyhq/parley/mesh/telemetry"
	"github.com/parleyhq/parley/mesh/typeid"
	accessv1 "github.com/parleyhq/parley/proto/gen/parley/access/v1"
	eventsv1 "github.com/parleyhq/parley/proto/gen/parley/events/v1"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/anypb"
	"google.golang.org/protobuf/types/known/timestamppb"
)

// Event is what happened, for an envelope.
type Event struct {
	Tenant string
	// Key of which the events are published in the order of their sequence.
	Key         string
	Sequence    int64
	Time        time.Time
	CausationID string
	// Caller under whose authority it is handled.
	Caller  *accessv1.Caller
	Payload proto.Message
}

// Publish has the event published once tx is committed, under an id of its own, in the trace of the context, where the subject
// says that events of its key and type go.
func (o *Outbox) Publish(ctx context.Context, tx *store.Tx, subject func(key, eventType string) string, e Event) error {
	payload, err := anypb.New(e.Payload)
	if err != nil {
		return fmt.Errorf("outbox: marshal %T of %s: %w", e.Payload, e.Key, err)
	}
	env := &eventsv1.Envelope{
		Id:           typeid.New("event"),
		Tenant:       e.Tenant,
		PartitionKey: e.Key,
		Sequence:     e.Sequence,
		OccurredTime: timestamppb.New(e.Time),
		CausationId:  e.CausationID,
		Caller:       e.Caller,
		Trace:        telemetry.Inject(ctx),
		Type:         string(payload.MessageName()),
		Payload:      payload,
	}
	return o.Add(ctx, tx, subject(e.Key, env.GetType()), env)
}
