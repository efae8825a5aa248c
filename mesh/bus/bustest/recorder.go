package bustest

import (
	"context"
	"slices"
	"sync"
	"testing"
	"time"

	eventsv1 "github.com/parleyhq/parley/proto/gen/parley/events/v1"
)

// patience with what should take milliseconds.
const patience = 30 * time.Second

// recorder is a handler that keeps what it saw.
type recorder struct {
	// before may refuse an event; the attempt counts from 1. Nil refuses nothing.
	before func(ctx context.Context, env *eventsv1.Envelope, attempt int) error

	mu       sync.Mutex
	done     map[string][]int64 // sequences by partition key, in the order in which they succeeded
	total    int
	attempts map[string]int // by event id
	changed  chan struct{}  // closed and replaced at every change
}

func newRecorder(before func(ctx context.Context, env *eventsv1.Envelope, attempt int) error) *recorder {
	return &recorder{before: before, done: map[string][]int64{}, attempts: map[string]int{}, changed: make(chan struct{})}
}

func (r *recorder) handle(ctx context.Context, env *eventsv1.Envelope) error {
	r.mu.Lock()
	r.attempts[env.Id]++
	attempt := r.attempts[env.Id]
	r.change()
	r.mu.Unlock()
	if r.before != nil {
		if err := r.before(ctx, env, attempt); err != nil {
			return err
		}
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.done[env.PartitionKey] = append(r.done[env.PartitionKey], env.Sequence)
	r.total++
	r.change()
	return nil
}

func (r *recorder) change() {
	close(r.changed)
	r.changed = make(chan struct{})
}

// await waits until the condition holds of what was seen.
func (r *recorder) await(t testing.TB, what string, condition func() bool) {
	t.Helper()
	deadline := time.After(patience)
	for {
		r.mu.Lock()
		holds, changed := condition(), r.changed
		r.mu.Unlock()
		if holds {
			return
		}
		select {
		case <-changed:
		case <-deadline:
			t.Fatalf("waited in vain until %s; done so far: %v", what, r.snapshot())
		}
	}
}

// awaitTotal waits until so many events have succeeded.
func (r *recorder) awaitTotal(t testing.TB, n int) {
	t.Helper()
	r.await(t, "enough events were handled", func() bool { return r.total >= n })
}

func (r *recorder) snapshot() map[string][]int64 {
	r.mu.Lock()
	defer r.mu.Unlock()
	seen := map[string][]int64{}
	for key, sequences := range r.done {
		seen[key] = slices.Clone(sequences)
	}
	return seen
}

// expect fails unless exactly these sequences of the key succeeded, in this order.
func (r *recorder) expect(t testing.TB, key string, want ...int64) {
	t.Helper()
	if got := r.snapshot()[key]; !slices.Equal(got, want) {
		t.Errorf("conversation %s: handled %v, want %v", key, got, want)
	}
}

// upTo is 1, 2, ... n.
func upTo(n int) []int64 {
	var all []int64
	for i := range n {
		all = append(all, int64(i+1))
	}
	return all
}
