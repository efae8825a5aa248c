package bus

import (
	"context"

	"github.com/parleyhq/parley/mesh/clock"
	"github.com/parleyhq/parley/mesh/store"
	eventsv1 "github.com/parleyhq/parley/proto/gen/parley/events/v1"
)

// ConsumerConfig says who reads what, and what is done with it.
type ConsumerConfig struct {
	Role   string   // names its rows, its metrics and its key in the bucket of positions
	Stream string   // Conversation
	Filter []string // full names of the event types that it wants; empty means all
	DB     *store.DB // the role's own store: positions and parked events are migrated into it

	// Handle does what the event asks for. It must be idempotent: after a crash it is called again. The context carries
	// the envelope's caller and trace.
	Handle func(ctx context.Context, env *eventsv1.Envelope) error
	// GiveUp is called with an event that failed MaxAttempts times, before it is dropped. It must be idempotent.
	GiveUp func(ctx context.Context, env *eventsv1.Envelope, cause error) error

	Lanes       int         // 256 if zero
	MaxAttempts int         // 8 if zero
	Clock       clock.Clock // clock.System if nil
}

// Consumer hands the events of a stream to one role.
type Consumer struct{}

// Start begins to read. The context bounds the start only.
func (c *Consumer) Start(ctx context.Context) error { return nil }

// Stop ends it: running handlers end, positions are stored. Idempotent, and safe before Start.
func (c *Consumer) Stop(ctx context.Context) error { return nil }

// Lag is how many events of the stream the role has not done yet.
func (c *Consumer) Lag(ctx context.Context) (int64, error) { return 0, nil }
