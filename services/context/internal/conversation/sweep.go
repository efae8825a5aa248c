package conversation

import (
	"context"
	"fmt"
	"time"

	"github.com/parleyhq/parley/mesh/clock"
)

const (
	// sweepEvery is how often what is too old is looked for.
	sweepEvery = time.Hour
	// sweepAtOnce rows are forgotten in one transaction, so that nobody waits long for it; the next follows after sweepPause.
	sweepAtOnce = 500
	sweepPause  = 100 * time.Millisecond
)

// Sweep forgets the keys of events that no vendor redelivers any more, and changes whose message never came.
type Sweep struct {
	store       Store
	clock       clock.Clock
	keepKeys    time.Duration
	keepWaiting time.Duration
}

// NewSweep keeps event keys and waiting changes this long.
func NewSweep(s Store, clk clock.Clock, keepKeys, keepWaiting time.Duration) *Sweep {
	return &Sweep{store: s, clock: clk, keepKeys: keepKeys, keepWaiting: keepWaiting}
}

// Schedule has Run called, now and then again and again.
func (s *Sweep) Schedule(ctx context.Context) error {
	if err := s.store.Write(ctx, func(ctx context.Context, tx Tx) error { return tx.SweepAt(ctx, s.clock()) }); err != nil {
		return fmt.Errorf("scheduling the sweep: %w", err)
	}
	return nil
}

// Run forgets, and has itself called again.
func (s *Sweep) Run(ctx context.Context) error {
	now := s.clock()
	err := s.store.Write(ctx, func(ctx context.Context, tx Tx) error {
		more, err := tx.Forget(ctx, now.Add(-s.keepKeys), now.Add(-s.keepWaiting), sweepAtOnce)
		if err != nil {
			return err
		}
		if more {
			return tx.SweepAt(ctx, now.Add(sweepPause))
		}
		return tx.SweepAt(ctx, now.Add(sweepEvery))
	})
	if err != nil {
		return fmt.Errorf("sweeping: %w", err)
	}
	return nil
}
