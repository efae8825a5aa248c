package bustest

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/parleyhq/parley/mesh/bus"
	"github.com/parleyhq/parley/mesh/store"
	eventsv1 "github.com/parleyhq/parley/proto/gen/parley/events/v1"
)

// All share one lane with the one that fails, by every kind of failure, and is not tried again for an hour.
func stopsNobodyElse(t *testing.T, b *bus.Bus, db *store.DB) {
	r := newRecorder(func(_ context.Context, env *eventsv1.Envelope, _ int) error {
		switch env.PartitionKey {
		case "passing":
			return errPassing
		case "lasting":
			return errLasting
		case "panicking":
			panic(errLasting)
		}
		return nil
	})
	publish(t, b, conversations(t, 50, "passing", "a", "lasting", "b", "panicking")...)
	cfg := config(db, r)
	cfg.Lanes = 1
	cfg.Pace.Parked, cfg.Pace.ParkedMax = time.Hour, time.Hour
	c := start(t, b, cfg)
	r.awaitTotal(t, 100)
	r.expect(t, "a", upTo(50)...)
	r.expect(t, "b", upTo(50)...)
	stop(t, c)
	for id, want := range map[string]int{
		"event_passing_1": cfg.Pace.Tries, "event_passing_2": 0,
		"event_lasting_1": 1, "event_lasting_2": 0,
		"event_panicking_1": 1, "event_panicking_2": 0,
	} {
		if got := r.attempts[id]; got != want {
			t.Errorf("%s was tried %d times, want %d", id, got, want)
		}
	}
}

func parksInOrder(t *testing.T, b *bus.Bus, db *store.DB) {
	healed := make(chan struct{})
	r := newRecorder(func(_ context.Context, env *eventsv1.Envelope, _ int) error {
		select {
		case <-healed:
			return nil
		default:
		}
		if env.PartitionKey == "a" && env.Sequence == 2 {
			return errLasting
		}
		return nil
	})
	events := conversations(t, 6, "a")
	publish(t, b, events[:4]...)
	cfg := config(db, r)
	cfg.MaxAttempts = 1 << 20
	start(t, b, cfg)
	r.await(t, "the second event was tried again and again", func() bool { return r.attempts["event_a_2"] > 3 })
	publish(t, b, append(events[4:], Event(t, "b", 1))...)
	r.await(t, "somebody else is done", func() bool { return len(r.done["b"]) == 1 })
	r.expect(t, "a", 1)
	close(healed)
	r.awaitTotal(t, 7)
	r.expect(t, "a", upTo(6)...)
}

func givesUp(t *testing.T, b *bus.Bus, db *store.DB) {
	r := newRecorder(func(_ context.Context, env *eventsv1.Envelope, _ int) error {
		if env.Sequence == 2 {
			return errLasting
		}
		return nil
	})
	given := newRecorder(func(_ context.Context, _ *eventsv1.Envelope, attempt int) error {
		if attempt < 3 {
			return errPassing // the last net is down for a while, too
		}
		return nil
	})
	var first error
	cfg := config(db, r)
	cfg.MaxAttempts = 4
	cfg.GiveUp = func(ctx context.Context, env *eventsv1.Envelope, cause error) error {
		if first == nil {
			first = cause
		}
		return given.handle(ctx, env)
	}
	publish(t, b, conversations(t, 4, "a")...)
	start(t, b, cfg)
	r.awaitTotal(t, 3)
	r.expect(t, "a", 1, 3, 4)
	given.expect(t, "a", 2)
	if r.attempts["event_a_2"] != 4 || !errors.Is(first, errLasting) {
		t.Errorf("tried %d times, want 4; gave up because of %v", r.attempts["event_a_2"], first)
	}
}

// A peer is away for longer than there are tries; then the event fails once more, by itself.
func waitsOutAnOutage(t *testing.T, b *bus.Bus, db *store.DB) {
	const away = 20
	r := newRecorder(func(_ context.Context, env *eventsv1.Envelope, attempt int) error {
		switch {
		case env.Sequence == 2 && attempt <= away:
			return errPassing
		case env.Sequence == 2 && attempt == away+1:
			return errLasting
		}
		return nil
	})
	cfg := config(db, r)
	cfg.MaxAttempts = 2
	cfg.GiveUp = func(_ context.Context, env *eventsv1.Envelope, cause error) error {
		t.Errorf("gave up on %s: %v", env.Id, cause)
		return nil
	}
	publish(t, b, conversations(t, 4, "a")...)
	start(t, b, cfg)
	r.awaitTotal(t, 4)
	r.expect(t, "a", upTo(4)...)
}

func waitsNotForEver(t *testing.T, b *bus.Bus, db *store.DB) {
	r := newRecorder(func(_ context.Context, env *eventsv1.Envelope, _ int) error {
		if env.Sequence == 1 {
			return errPassing
		}
		return nil
	})
	cfg := config(db, r)
	cfg.MaxAttempts = 2
	publish(t, b, conversations(t, 2, "a")...)
	start(t, b, cfg)
	r.awaitTotal(t, 1)
	r.expect(t, "a", 2)
	if got, want := r.attempts["event_a_1"], cfg.Pace.Tries+99; got != want {
		t.Errorf("tried %d times, want %d", got, want)
	}
}

func staysParked(t *testing.T, b *bus.Bus, db *store.DB) {
	sick := newRecorder(func(_ context.Context, env *eventsv1.Envelope, _ int) error {
		if env.PartitionKey == "a" {
			return errLasting
		}
		return nil
	})
	events := conversations(t, 4, "a")
	publish(t, b, append(slices.Clip(events[:3]), Event(t, "b", 1))...)
	cfg := config(db, sick)
	cfg.Lanes, cfg.MaxAttempts = 1, 1<<20
	stop(t, awaitAll(t, sick, 1, start(t, b, cfg)))
	publish(t, b, events[3])

	well := newRecorder(nil)
	start(t, b, config(db, well))
	well.awaitTotal(t, 4)
	well.expect(t, "a", upTo(4)...)
	well.expect(t, "b")
}
