package bustest

import (
	"context"
	"testing"
	"time"

	"github.com/parleyhq/parley/mesh/bus"
	"github.com/parleyhq/parley/mesh/store"
)

// Run checks the contract. The functions open an empty bus and an empty store, closed at the test's end.
func Run(t *testing.T, openBus func(t testing.TB) *bus.Bus, openDB func(t testing.TB, name string) *store.DB) {
	for name, test := range map[string]func(t *testing.T, b *bus.Bus, db *store.DB){
		"a message published twice is handled once":                  publishedTwice,
		"a publication that nobody keeps is an error":                publishedNowhere,
		"a handler acts for the caller of the event, in its trace":   carriesCallerAndTrace,
		"a role gets only the types that it wants":                   filters,
		"order within a conversation survives failures and panics":   keepsOrder,
		"a passing failure is retried before the next event":         retriesInPlace,
		"an event that always fails stops nobody else":               stopsNobodyElse,
		"parked events are handled in order, new ones behind them":   parksInOrder,
		"an outage does not use up the attempts":                     waitsOutAnOutage,
		"an outage that does not end is given up on in the end":      waitsNotForEver,
		"after the last attempt it gives up, and those behind go on": givesUp,
		"a restart goes on where the last run ended":                 resumes,
		"what was parked is still parked after a restart":            staysParked,
		"events that were done before a crash do not come again":     resumesAfterCrash,
		"a restart with another number of lanes loses nothing":       changesLanes,
		"trimming leaves what some role has not handled":             trimsBelowAll,
		"a consumer can be stopped at any time, and again":           stops,
	} {
		t.Run(name, func(t *testing.T) { test(t, openBus(t), openDB(t, "role")) })
	}
}

// hasty is a pace for tests.
func hasty() bus.Pace {
	return bus.Pace{
		InPlace: time.Millisecond, Tries: 3,
		Parked: time.Millisecond, ParkedMax: 4 * time.Millisecond,
		Flush: time.Millisecond,
	}
}

// config of a role "assistant" in a hurry.
func config(db *store.DB, r *recorder) bus.ConsumerConfig {
	return bus.ConsumerConfig{Role: "assistant", Stream: bus.Conversation, DB: db, Handle: r.handle, Pace: hasty()}
}

// start runs a consumer until the test ends, or until it is stopped.
func start(t testing.TB, b *bus.Bus, cfg bus.ConsumerConfig) *bus.Consumer {
	t.Helper()
	c, err := b.NewConsumer(t.Context(), cfg)
	if err != nil {
		t.Fatalf("make the consumer: %v", err)
	}
	if err := c.Start(t.Context()); err != nil {
		t.Fatalf("start the consumer: %v", err)
	}
	t.Cleanup(func() { stop(t, c) })
	return c
}

func stop(t testing.TB, c *bus.Consumer) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	if err := c.Stop(ctx); err != nil {
		t.Errorf("stop the consumer: %v", err)
	}
}
