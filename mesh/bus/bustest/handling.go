package bustest

import (
	"context"
	"errors"
	"math/rand/v2"
	"sync"
	"testing"

	"github.com/parleyhq/parley/mesh/bus"
	"github.com/parleyhq/parley/mesh/caller"
	"github.com/parleyhq/parley/mesh/fault"
	"github.com/parleyhq/parley/mesh/store"
	eventsv1 "github.com/parleyhq/parley/proto/gen/parley/events/v1"
	"go.opentelemetry.io/otel/trace"
	"google.golang.org/grpc/codes"
)

var (
	errPassing = fault.New(codes.Unavailable, "PEER_AWAY", "try again")
	errLasting = errors.New("this will not get better")
)

func carriesCallerAndTrace(t *testing.T, b *bus.Bus, db *store.DB) {
	var behalf, traceID string
	r := newRecorder(func(ctx context.Context, _ *eventsv1.Envelope, _ int) error {
		behalf = caller.From(ctx).GetOnBehalfOfCustomer()
		traceID = trace.SpanContextFromContext(ctx).TraceID().String()
		return nil
	})
	publish(t, b, Event(t, "a", 1))
	stop(t, awaitAll(t, r, 1, start(t, b, config(db, r))))
	if behalf != "customer_daniel" || traceID != "0af7651916cd43dd8448eb211c80319c" {
		t.Errorf("on behalf of %q in trace %q", behalf, traceID)
	}
}

func filters(t *testing.T, b *bus.Bus, db *store.DB) {
	publish(t, b, Event(t, "a", 1), envelope(t, "a", 2, &eventsv1.MessagePosted{}), envelope(t, "a", 3, &eventsv1.MessageChanged{}),
		Event(t, "a", 4), envelope(t, "a", 5, &eventsv1.MessagePosted{}))
	r := newRecorder(nil)
	cfg := config(db, r)
	cfg.Filter = []string{"parley.events.v1.MessageRecorded", "parley.events.v1.MessageChanged"}
	c := start(t, b, cfg)
	r.awaitTotal(t, 3)
	r.expect(t, "a", 1, 3, 4)
	stop(t, c)
}

// Each event fails at random a few times, passingly, lastingly or by a panic. All conversations share four lanes.
func keepsOrder(t *testing.T, b *bus.Bus, db *store.DB) {
	const each = 30
	names := []string{"a", "b", "c", "d", "e", "f", "g", "h", "i", "j"}
	var mu sync.Mutex
	dice := rand.New(rand.NewPCG(1, 2))
	r := newRecorder(func(context.Context, *eventsv1.Envelope, int) error {
		mu.Lock()
		defer mu.Unlock()
		switch dice.IntN(20) {
		case 0, 1:
			return errPassing
		case 2:
			return errLasting
		case 3:
			panic("at the disco")
		}
		return nil
	})
	publish(t, b, conversations(t, each, names...)...)
	cfg := config(db, r)
	cfg.Lanes, cfg.MaxAttempts = 4, 1000
	start(t, b, cfg)
	r.awaitTotal(t, each*len(names))
	for _, name := range names {
		r.expect(t, name, upTo(each)...)
	}
}

func retriesInPlace(t *testing.T, b *bus.Bus, db *store.DB) {
	r := newRecorder(func(_ context.Context, env *eventsv1.Envelope, attempt int) error {
		if env.Sequence == 1 && attempt < 3 {
			return errPassing
		}
		return nil
	})
	publish(t, b, conversations(t, 3, "a")...)
	cfg := config(db, r)
	cfg.MaxAttempts = 1
	cfg.GiveUp = func(_ context.Context, env *eventsv1.Envelope, _ error) error {
		t.Errorf("gave up on %s", env.Id)
		return nil
	}
	start(t, b, cfg)
	r.awaitTotal(t, 3)
	r.expect(t, "a", upTo(3)...)
}

// awaitAll waits for n events and hands the consumer through.
func awaitAll(t testing.TB, r *recorder, n int, c *bus.Consumer) *bus.Consumer {
	t.Helper()
	r.awaitTotal(t, n)
	return c
}
