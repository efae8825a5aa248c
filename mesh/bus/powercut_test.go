package bus_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/parleyhq/parley/mesh/bus"
	"github.com/parleyhq/parley/mesh/bus/bustest"
	"github.com/parleyhq/parley/mesh/store"
	"github.com/parleyhq/parley/mesh/store/storetest"
	eventsv1 "github.com/parleyhq/parley/proto/gen/parley/events/v1"
)

// JetStream confirms before it fsyncs, a store after: a power cut takes the end of the stream and leaves the position
// behind it. New events then come to stand where the role believes that it has been.
func TestEventsAfterAPowerCutAreHandled(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "bus")
	asSynced := filepath.Join(t.TempDir(), "bus")
	db := storetest.Open(t, "role")

	b := open(t, bus.Config{Dir: dir})
	send(t, b, bustest.Event(t, "before", 1), bustest.Event(t, "before", 2))
	closeBus(t, b)
	if err := os.CopyFS(asSynced, os.DirFS(dir)); err != nil {
		t.Fatal(err)
	}
	b = open(t, bus.Config{Dir: dir})
	for n := range int64(5) {
		send(t, b, bustest.Event(t, "lost", n+1))
	}
	handle(t, b, db, 7)
	closeBus(t, b)

	b = open(t, bus.Config{Dir: asSynced})
	for n := range int64(6) {
		send(t, b, bustest.Event(t, "new", n+1))
	}
	seen := handle(t, b, db, 8)
	if seen["new"] != 6 {
		t.Errorf("after the power cut %d of 6 new events were handled", seen["new"])
	}
}

func send(t *testing.T, b *bus.Bus, events ...*eventsv1.Envelope) {
	t.Helper()
	for _, env := range events {
		if err := b.Publish(t.Context(), []bus.Message{bustest.Message(t, env)}); err != nil {
			t.Fatal(err)
		}
	}
}

// handle runs a consumer until it has seen n events, and counts them by conversation.
func handle(t *testing.T, b *bus.Bus, db *store.DB, n int) map[string]int {
	t.Helper()
	events := make(chan string, n)
	c, err := b.NewConsumer(t.Context(), bus.ConsumerConfig{
		Role: "assistant", Stream: bus.Conversation, DB: db,
		Handle: func(_ context.Context, env *eventsv1.Envelope) error {
			events <- env.PartitionKey
			return nil
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	seen := map[string]int{}
	late := time.After(30 * time.Second)
	for range n {
		select {
		case key := <-events:
			seen[key]++
		case <-late:
			t.Fatalf("handled only %v", seen)
		}
	}
	if err := c.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	return seen
}

func closeBus(t *testing.T, b *bus.Bus) {
	t.Helper()
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
}
