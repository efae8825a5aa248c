package conversation

import (
	"context"
	"errors"
	"time"

	"github.com/parleyhq/parley/mesh/typeid"
)

// openWith finds the customer's open conversation, or opens one. One that should have been closed by now, because nobody
// has spoken for idleAfter, is.
func openWith(ctx context.Context, tx Tx, tenant, customerID string, now time.Time, idleAfter time.Duration) (Conversation, error) {
	c, err := tx.OpenConversation(ctx, tenant, customerID, "")
	if err == nil && now.Before(c.IdleAt(idleAfter)) {
		return c, nil
	}
	if err != nil && !errors.Is(err, ErrConversationNotFound) {
		return c, err
	}
	if err == nil {
		if err := end(ctx, tx, &c, now); err != nil {
			return c, err
		}
	}
	c = Opened(typeid.New(ConversationPrefix), tenant, customerID, now)
	if err := tx.InsertConversation(ctx, c); err != nil {
		return c, err
	}
	return c, tx.WakeWhenIdle(ctx, c, c.IdleAt(idleAfter))
}
