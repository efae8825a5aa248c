package bus

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"time"

	"github.com/parleyhq/parley/mesh/clock"
	"github.com/parleyhq/parley/mesh/store"
	eventsv1 "github.com/parleyhq/parley/proto/gen/parley/events/v1"
	"go.opentelemetry.io/otel/trace"
	"go.opentelemetry.io/otel/trace/noop"
)

// ConsumerConfig says who reads what, and what is done with it.
type ConsumerConfig struct {
	Role   string    // lower case; names its rows, its metrics and its key in the bucket of positions
	Stream string    // Conversation, Billing or Routing
	Filter []string  // full names of the event types that it wants; empty means all
	DB     *store.DB // the role's own store: positions and parked events are migrated into it

	// Handle does what the event asks for. It must be idempotent: after a crash it is called again. The context carries
	// the envelope's caller and trace. A passing failure (fault.Passing) is retried in place a few times; any other, and
	// a panic, parks the event with those that follow it in its partition key.
	Handle func(ctx context.Context, env *eventsv1.Envelope) error
	// GiveUp is called with an event that failed MaxAttempts times, or passingly for about half a day, until it returns nil;
	// then the event is dropped and those behind it go on. It must be idempotent. Without it the event is dropped with an
	// error in the log.
	GiveUp func(ctx context.Context, env *eventsv1.Envelope, cause error) error

	Lanes       int                  // events of different lanes run at the same time; 256 if zero
	MaxAttempts int                  // 8 if zero; attempts that failed passingly do not count
	Pace        Pace                 // DefaultPace if zero
	Clock       clock.Clock          // clock.System if nil
	Tracer      trace.TracerProvider // none if nil
}

// Pace says how long a consumer waits before it tries again. Every pause is jittered down to half.
type Pace struct {
	InPlace   time.Duration // before the second try in a lane; doubles with each
	Tries     int           // in a lane, before the event is parked
	Parked    time.Duration // after the first attempt; trebles with each
	ParkedMax time.Duration // the longest pause of a parked event
	Flush     time.Duration // least time between two writes of positions
}

// DefaultPace rides out a restart of a peer in place (under a second) and an outage parked (about half a day).
func DefaultPace() Pace {
	return Pace{
		InPlace: 50 * time.Millisecond, Tries: 5,
		Parked: 2 * time.Second, ParkedMax: 10 * time.Minute,
		Flush: 25 * time.Millisecond,
	}
}

// roleNames are good as keys of the bucket and as labels.
var roleNames = regexp.MustCompile(`^[a-z][a-z0-9_-]{0,40}$`)

func (cfg ConsumerConfig) withDefaults() (ConsumerConfig, error) {
	if !roleNames.MatchString(cfg.Role) {
		return cfg, fmt.Errorf("%q does not name a role", cfg.Role)
	}
	if cfg.Stream == "" || cfg.DB == nil || cfg.Handle == nil {
		return cfg, errors.New("a consumer needs a stream, a store and a handler")
	}
	if cfg.Lanes == 0 {
		cfg.Lanes = 256
	}
	if cfg.MaxAttempts == 0 {
		cfg.MaxAttempts = 8
	}
	if cfg.Pace == (Pace{}) {
		cfg.Pace = DefaultPace()
	}
	if cfg.Clock == nil {
		cfg.Clock = clock.System
	}
	if cfg.Tracer == nil {
		cfg.Tracer = noop.NewTracerProvider()
	}
	return cfg, nil
}
