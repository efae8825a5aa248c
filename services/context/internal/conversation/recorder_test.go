package conversation_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/parleyhq/parley/mesh/clock"
	"github.com/parleyhq/parley/mesh/seal/sealtest"
	"github.com/parleyhq/parley/services/context/internal/conversation"
)

var errDisk = errors.New("the disk is full")

// flaky is a store of which some writes fail.
type flaky struct {
	conversation.Store
	writes int
	fails  map[int]bool
}

func (s *flaky) Write(ctx context.Context, fn func(ctx context.Context, tx conversation.Tx) error) error {
	if s.writes++; s.fails[s.writes] {
		return errDisk
	}
	return s.Store.Write(ctx, fn)
}

func TestEventThatCouldNotBeStoredIsNotOvertaken(t *testing.T) {
	// The first write is all three events together, then each alone: the second event's fails.
	kept := &flaky{Store: open(t), fails: map[int]bool{1: true, 3: true}}
	recorder := conversation.NewRecorder(
		kept, conversation.NewVault(sealtest.New(t)), daniel{}, clock.System, time.Hour)
	events := []conversation.ChannelEvent{message("1", "one"), message("2", "two"), message("3", "three")}
	for i, r := range recorder.Record(t.Context(), tenant, events) {
		if failed := errors.Is(r.Err, errDisk); failed != (i > 0) {
			t.Errorf("event %d: %v", i+1, r.Err)
		}
	}
	for i, r := range recorder.Record(t.Context(), tenant, events) {
		if r.Err != nil {
			t.Fatal(r.Err)
		}
		m, err := kept.Message(t.Context(), tenant, r.MessageID)
		if err != nil {
			t.Fatal(err)
		}
		if m.Sequence != int64(i+1) {
			t.Errorf("event %d became message %d", i+1, m.Sequence)
		}
	}
}
