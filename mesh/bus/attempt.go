package bus

import (
	"context"
	"runtime/debug"
	"time"

	"github.com/parleyhq/parley/mesh/caller"
	"github.com/parleyhq/parley/mesh/fault"
	"github.com/parleyhq/parley/mesh/telemetry"
	eventsv1 "github.com/parleyhq/parley/proto/gen/parley/events/v1"
	"go.opentelemetry.io/otel/trace"
	"google.golang.org/grpc/codes"
)

// attempt runs the handler once, on behalf of the event's caller and in its trace.
func (c *Consumer) attempt(env *eventsv1.Envelope) error {
	return c.guarded(env, func(ctx context.Context) error { return c.cfg.Handle(ctx, env) })
}

// giveUp hands the event to GiveUp.
func (c *Consumer) giveUp(env *eventsv1.Envelope, cause error) error {
	if c.cfg.GiveUp == nil {
		return nil
	}
	return c.guarded(env, func(ctx context.Context) error { return c.cfg.GiveUp(ctx, env, cause) })
}

// guarded makes a panic the failure of this event alone.
func (c *Consumer) guarded(env *eventsv1.Envelope, fn func(ctx context.Context) error) (err error) {
	ctx := caller.With(c.handling, env.GetCaller())
	ctx = telemetry.Extract(ctx, env.GetTrace())
	ctx, span := c.cfg.Tracer.Tracer("github.com/parleyhq/parley/mesh/bus").Start(ctx, "consume "+c.cfg.Role, trace.WithSpanKind(trace.SpanKindConsumer))
	defer span.End()
	defer func() {
		thrown := recover()
		if thrown == nil {
			return
		}
		what := fault.Thrown(thrown)
		c.log.ErrorContext(ctx, "a handler panicked", "event", env.GetId(), "error", what, "stack", string(debug.Stack()))
		err = fault.New(codes.Internal, "HANDLER_PANICKED", "the handler panicked").Because(what)
	}()
	return fn(ctx)
}

func (c *Consumer) logFailure(e parkedEvent, err error) {
	c.log.WarnContext(telemetry.Extract(c.handling, e.env.GetTrace()), "an event failed and is parked",
		"event", e.env.GetId(), "type", e.env.GetType(), "partition_key", e.env.GetPartitionKey(), "attempts", e.failures(), "error", err)
}

// reason of a failure as it is stored: never its text, which nobody vouches for.
func reason(err error) string {
	if r := fault.Reason(err); r != "" {
		return r
	}
	return fault.Code(err).String()
}

// nextAttempt is when a parked event is due that failed so many times.
func (c *Consumer) nextAttempt(attempts int) time.Time {
	return c.cfg.Clock().Add(jittered(backoff(attempts, c.cfg.Pace.Parked, 3, c.cfg.Pace.ParkedMax)))
}
