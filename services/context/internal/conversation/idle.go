package conversation

import (
	"context"
	"fmt"
	"time"

	"github.com/parleyhq/parley/mesh/clock"
)

// Idle closes conversations in which nobody has spoken for long. Its timer is set once, when a conversation opens, and not
// touched by what is said: when it is due, it looks, and goes back to sleep if somebody spoke.
type Idle struct {
	store Store
	clock clock.Clock
	after time.Duration
}

// NewIdle closes what was silent for `after`.
func NewIdle(s Store, clk clock.Clock, after time.Duration) *Idle {
	return &Idle{store: s, clock: clk, after: after}
}

// Wake closes the conversation if it is idle, and otherwise has itself called again when it will be.
func (i *Idle) Wake(ctx context.Context, tenant, conversationID string) error {
	err := i.store.Write(ctx, func(ctx context.Context, tx Tx) error {
		c, err := tx.Conversation(ctx, tenant, conversationID)
		if err != nil || !c.Open() {
			return err
		}
		now := i.clock()
		if due := c.IdleAt(i.after); now.Before(due) {
			return tx.WakeWhenIdle(ctx, c, due)
		}
		return end(ctx, tx, &c, now)
	})
	if err != nil {
		return fmt.Errorf("closing %s when idle: %w", conversationID, err)
	}
	return nil
}
