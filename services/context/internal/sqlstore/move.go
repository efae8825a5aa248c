package sqlstore

import (
	"context"
	"errors"
	"fmt"

	"github.com/parleyhq/parley/mesh/store"
	"github.com/parleyhq/parley/services/context/internal/conversation"
)

// Move implements conversation.Tx.
func (t *tx) Move(ctx context.Context, c conversation.Conversation, messages []conversation.Message, requests []conversation.OpenRequest) error {
	if err := t.UpdateConversation(ctx, c); err != nil {
		return err
	}
	if err := t.exec(ctx, "moving a conversation", `UPDATE conversations SET customer_id = $3 WHERE tenant = $1 AND id = $2`,
		c.Tenant, c.ID, c.CustomerID); err != nil {
		return err
	}
	for _, m := range messages {
		if err := t.exec(ctx, "moving a message", `UPDATE messages SET customer_id = $3, content = $4, address = $5, external_id = $6,
			reaction = $7 WHERE tenant = $1 AND id = $2`,
			m.Tenant, m.ID, c.CustomerID, blob(m.Content), blob(m.Address), blob(m.ExternalID), blob(m.Reaction.Emoji)); err != nil {
			return err
		}
	}
	for _, q := range requests {
		if err := t.exec(ctx, "moving an open request", `UPDATE open_requests SET customer_id = $3, summary = $4 WHERE tenant = $1 AND id = $2`,
			q.Tenant, q.ID, c.CustomerID, blob(q.Summary)); err != nil {
			return err
		}
	}
	return nil
}

// KeepMerged implements conversation.Tx.
func (t *tx) KeepMerged(ctx context.Context, tenant, visitor, customerID string) error {
	return t.exec(ctx, "keeping who a visitor turned out to be", `INSERT INTO merged_customers (tenant, merged_id, customer_id)
		VALUES ($1, $2, $3) ON CONFLICT (tenant, merged_id) DO UPDATE SET customer_id = excluded.customer_id`,
		tenant, visitor, customerID)
}

// MergedInto implements conversation.Tx.
func (r reader) MergedInto(ctx context.Context, tenant, customerID string) (into string, err error) {
	err = r.q.QueryRow(ctx, `SELECT customer_id FROM merged_customers WHERE tenant = $1 AND merged_id = $2`,
		tenant, customerID).Scan(&into)
	if err != nil && !errors.Is(err, store.ErrNoRows) {
		return "", fmt.Errorf("looking for who %s turned out to be: %w", customerID, err)
	}
	return into, nil
}
