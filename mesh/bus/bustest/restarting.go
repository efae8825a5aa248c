package bustest

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"github.com/parleyhq/parley/mesh/bus"
	"github.com/parleyhq/parley/mesh/store"
	eventsv1 "github.com/parleyhq/parley/proto/gen/parley/events/v1"
)

func resumes(t *testing.T, b *bus.Bus, db *store.DB) {
	events := conversations(t, 10, "a", "b", "c")
	publish(t, b, events[:15]...)
	first := newRecorder(nil)
	stop(t, awaitAll(t, first, 15, start(t, b, config(db, first))))
	publish(t, b, events[15:]...)

	second := newRecorder(nil)
	c := start(t, b, config(db, second))
	second.awaitTotal(t, 15)
	for _, name := range []string{"a", "b", "c"} {
		first.expect(t, name, 1, 2, 3, 4, 5)
		second.expect(t, name, 6, 7, 8, 9, 10)
	}
	stop(t, c)
	if lag, err := c.Lag(t.Context()); lag != 0 || err != nil {
		t.Errorf("lag %d, %v", lag, err)
	}
}

// One conversation is in the middle of its third event when the process dies; the others are done long since.
func resumesAfterCrash(t *testing.T, b *bus.Bus, db *store.DB) {
	first := newRecorder(func(ctx context.Context, env *eventsv1.Envelope, _ int) error {
		if env.PartitionKey == "stuck" && env.Sequence == 3 {
			<-ctx.Done()
			return ctx.Err()
		}
		return nil
	})
	names := []string{"stuck", "a", "b", "c", "d"}
	publish(t, b, conversations(t, 20, names...)...)
	c := start(t, b, config(db, first))
	first.await(t, "the others are done and one is stuck", func() bool {
		return first.total == 4*20+2 && first.attempts["event_stuck_3"] == 1
	})
	killed, cancel := context.WithCancel(t.Context())
	cancel()
	if err := c.Stop(killed); !errors.Is(err, context.Canceled) {
		t.Errorf("stop without patience: %v", err)
	}
	stop(t, c)

	second := newRecorder(nil)
	start(t, b, config(db, second))
	second.awaitTotal(t, 18)
	publish(t, b, Event(t, "after", 1))
	second.awaitTotal(t, 19)
	second.expect(t, "stuck", upTo(20)[2:]...)
	for _, name := range names[1:] {
		second.expect(t, name)
	}
}

func changesLanes(t *testing.T, b *bus.Bus, db *store.DB) {
	events := conversations(t, 10, "a", "b", "c")
	publish(t, b, events[:15]...)
	first := newRecorder(nil)
	stop(t, awaitAll(t, first, 15, start(t, b, config(db, first))))
	publish(t, b, events[15:]...)

	second := newRecorder(nil)
	cfg := config(db, second)
	cfg.Lanes = 7
	start(t, b, cfg)
	second.awaitTotal(t, 15)
	for _, name := range []string{"a", "b", "c"} {
		second.expect(t, name, 6, 7, 8, 9, 10)
	}
}

// The stream is cut below the slowest role, and only a minute after that role has been there.
func trimsBelowAll(t *testing.T, b *bus.Bus, db *store.DB) {
	ctx := t.Context()
	var minutes atomic.Int64
	clock := func() time.Time { return time.Date(2026, 5, 1, 9, int(minutes.Load()), 0, 0, time.UTC) }
	role := func(name string, r *recorder) bus.ConsumerConfig {
		cfg := config(db, r)
		cfg.Role, cfg.Clock = name, clock
		return cfg
	}
	trim := func() {
		t.Helper()
		for range 3 {
			minutes.Add(1)
			if err := b.TrimBelowPositions(ctx, bus.Conversation); err != nil {
				t.Fatalf("trim: %v", err)
			}
		}
	}
	// run handles everything, stores its position at a stop, and runs on.
	run := func(name string) *recorder {
		t.Helper()
		r := newRecorder(nil)
		stop(t, awaitAll(t, r, 10, start(t, b, role(name, r))))
		start(t, b, role(name, r))
		return r
	}
	if _, err := b.NewConsumer(ctx, role("slow", newRecorder(nil))); err != nil {
		t.Fatal(err)
	}
	publish(t, b, conversations(t, 10, "a")...)
	run("quick")
	trim()
	slow := run("slow")
	slow.expect(t, "a", upTo(10)...)
	trim()

	late := newRecorder(nil)
	start(t, b, role("late", late))
	publish(t, b, Event(t, "b", 1))
	late.await(t, "the new event came", func() bool { return len(late.done["b"]) == 1 })
	late.expect(t, "a", 10) // the last one that all have handled stays
}

func stops(t *testing.T, b *bus.Bus, db *store.DB) {
	c, err := b.NewConsumer(t.Context(), config(db, newRecorder(nil)))
	if err != nil {
		t.Fatal(err)
	}
	stop(t, c)
	stop(t, c)
	if err := c.Start(t.Context()); err == nil {
		t.Error("a stopped consumer was started")
	}
	again := start(t, b, config(db, newRecorder(nil)))
	if err := again.Start(t.Context()); err == nil {
		t.Error("a running consumer was started")
	}
	stop(t, again)
	stop(t, again)
}
