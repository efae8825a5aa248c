package sqlstore

import (
	"context"

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
