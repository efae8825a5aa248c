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
// behind it. New events then come to stand where the role believes that it has been, or where one of its lanes has, when
// another lane was behind. They come in the first run after the power cut or in a later one.
func TestEventsAfterAPowerCutAreHandled(t *testing.T) {
	for name, behind := range map[string]string{"all lanes were done": "", "a lane was behind": "event_slow_1"} {
		for name2, restarts := range map[string]int{"at once": 0, "after another restart": 1} {
			t.Run(name+", new events "+name2, func(t *testing.T) {
				storetest.Engines(t, func(t *testing.T, openDB func(t testing.TB, name string) *store.DB) {
					afterAPowerCut(t, openDB(t, "role"), behind, restarts)
				})
			})
		}
	}
}

func afterAPowerCut(t *testing.T, db *store.DB, stuck string, restarts int) {
	dir := filepath.Join(t.TempDir(), "bus")
	asSynced := filepath.Join(t.TempDir(), "bus")

	b := open(t, bus.Config{Dir: dir})
	send(t, b, bustest.Event(t, "before", 1), bustest.Event(t, "before", 2))
	closeBus(t, b)
	if err := os.CopyFS(asSynced, os.DirFS(dir)); err != nil {
		t.Fatal(err)
	}
	b = open(t, bus.Config{Dir: dir})
	if stuck != "" {
		send(t, b, bustest.Event(t, "slow", 1))
	}
	for n := range int64(6) {
		send(t, b, bustest.Event(t, "busy", n+1))
	}
	run{stuck: stuck}.handle(t, b, db, 8)
	closeBus(t, b)

	b = open(t, bus.Config{Dir: asSynced})
	again := 2 // those before: nobody knows how far the stream had been synced
	for range restarts {
		run{}.handle(t, b, db, again)
		again = 0
	}
	for n := range int64(5) {
		send(t, b, bustest.Event(t, "busy", n+7))
	}
	seen := run{}.handle(t, b, db, again+5)
	if seen["busy"] != 5 {
		t.Errorf("after the power cut %d of 5 new events were handled", seen["busy"])
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

// run of a consumer.
type run struct {
	lanes int
	stuck string // the event whose handler does not end before the run does
}

// handle runs until n events are done, and counts them by conversation.
func (r run) handle(t *testing.T, b *bus.Bus, db *store.DB, n int) map[string]int {
	t.Helper()
	events := make(chan string, n)
	c, err := b.NewConsumer(t.Context(), bus.ConsumerConfig{
		Role: "assistant", Stream: bus.Conversation, DB: db, Lanes: r.lanes,
		Handle: func(ctx context.Context, env *eventsv1.Envelope) error {
			if env.Id == r.stuck {
				<-ctx.Done()
				return ctx.Err()
			}
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
	impatient, cancel := context.WithCancel(t.Context())
	if r.stuck != "" {
		cancel()
		_ = c.Stop(impatient) // ends the handler
	}
	defer cancel()
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
