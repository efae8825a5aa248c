package sqlstore

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/parleyhq/parley/mesh/store"
	"github.com/parleyhq/parley/mesh/timer"
	"github.com/parleyhq/parley/services/context/internal/conversation"
	"google.golang.org/protobuf/types/known/wrapperspb"
)

// tx is a conversation.Tx.
type tx struct {
	reader
	tx    *store.Tx
	store *Store
}

func (t *tx) exec(ctx context.Context, what, query string, args ...any) error {
	if _, err := t.tx.Exec(ctx, query, args...); err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	return nil
}

// Recorded implements conversation.Tx.
func (t *tx) Recorded(ctx context.Context, tenant string, key []byte) (conversation.Recorded, bool, error) {
	var r conversation.Recorded
	err := t.tx.QueryRow(ctx, `SELECT customer_id, conversation_id, message_id FROM recorded_events
		WHERE tenant = $1 AND key = $2`, tenant, key).Scan(&r.CustomerID, &r.ConversationID, &r.MessageID)
	if errors.Is(err, store.ErrNoRows) {
		return r, false, nil
	}
	if err != nil {
		return r, false, fmt.Errorf("looking up a recorded event: %w", err)
	}
	return r, true, nil
}

// KeepRecorded implements conversation.Tx.
func (t *tx) KeepRecorded(ctx context.Context, tenant string, key []byte, r conversation.Recorded, now time.Time) error {
	return t.exec(ctx, "keeping what an event was answered",
		`INSERT INTO recorded_events (tenant, key, customer_id, conversation_id, message_id, record_time)
		VALUES ($1, $2, $3, $4, $5, $6)`, tenant, key, r.CustomerID, r.ConversationID, r.MessageID, store.Micros(now))
}

// InsertConversation implements conversation.Tx.
func (t *tx) InsertConversation(ctx context.Context, c conversation.Conversation) error {
	return t.exec(ctx, "opening a conversation", `INSERT INTO conversations (`+conversationColumns+`)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`,
		c.Tenant, c.ID, c.CustomerID, c.Topic, int(c.Handler), c.HandlerEpoch, c.LastSequence, c.Revision,
		store.Micros(c.CreateTime), store.Micros(c.UpdateTime), store.Micros(c.CloseTime), c.Agent, c.TaskSequence,
		store.Micros(t.store.clock()))
}

// UpdateConversation implements conversation.Tx.
func (t *tx) UpdateConversation(ctx context.Context, c conversation.Conversation) error {
	return t.exec(ctx, "updating a conversation", `UPDATE conversations SET handler = $3, handler_epoch = $4,
		last_sequence = $5, revision = $6, update_time = $7, close_time = $8, agent = $9, task_sequence = $10,
		change_time = $11 WHERE tenant = $1 AND id = $2`,
		c.Tenant, c.ID, int(c.Handler), c.HandlerEpoch, c.LastSequence, c.Revision, store.Micros(c.UpdateTime),
		store.Micros(c.CloseTime), c.Agent, c.TaskSequence, store.Micros(t.store.clock()))
}

// Append implements conversation.Tx. It updates the conversation first: on PostgreSQL that is where two that append at once find out about each other, and
// one is run again. At the unique sequence it would fail.
func (t *tx) Append(ctx context.Context, c conversation.Conversation, m conversation.Message) error {
	if err := t.UpdateConversation(ctx, c); err != nil {
		return err
	}
	return t.exec(ctx, "appending a message", `INSERT INTO messages (`+messageColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7,
		$8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25)`,
		m.Tenant, m.ID, m.ConversationID, m.CustomerID, m.Sequence, m.Revision, m.Channel, m.Account, int(m.Direction),
		int(m.Author), m.InReplyTo, blob(m.Content), blob(m.Address), blob(m.ExternalID), blob(m.ExternalKey),
		int(m.Delivery.State), m.Delivery.Reason, store.Micros(m.Delivery.UpdateTime), blob(m.Reaction.Emoji),
		store.Micros(m.Reaction.Time), store.Micros(m.OccurredTime), store.Micros(m.CreateTime), store.Micros(m.EditTime),
		store.Micros(m.DeleteTime), int(m.Assurance))
}

// Change implements conversation.Tx.
func (t *tx) Change(ctx context.Context, c conversation.Conversation, m conversation.Message) error {
	if err := t.UpdateConversation(ctx, c); err != nil {
		return err
	}
	return t.exec(ctx, "changing a message", `UPDATE messages SET revision = $3, content = $4, external_id = $5,
		external_key = $6, delivery_state = $7, delivery_reason = $8, delivery_time = $9, reaction = $10, reaction_time = $11,
		edit_time = $12, delete_time = $13 WHERE tenant = $1 AND id = $2`,
		m.Tenant, m.ID, m.Revision, blob(m.Content), blob(m.ExternalID), blob(m.ExternalKey), int(m.Delivery.State),
		m.Delivery.Reason, store.Micros(m.Delivery.UpdateTime), blob(m.Reaction.Emoji), store.Micros(m.Reaction.Time),
		store.Micros(m.EditTime), store.Micros(m.DeleteTime))
}

// Wait implements conversation.Tx.
func (t *tx) Wait(ctx context.Context, c conversation.Change, most int) error {
	err := t.exec(ctx, "keeping a change for its message", `INSERT INTO waiting_changes (`+changeColumns+`)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
		ON CONFLICT (tenant, account, external_key, customer_id, kind) DO UPDATE SET id = excluded.id, sealed = excluded.sealed,
			occurred_time = excluded.occurred_time, wait_time = excluded.wait_time
		WHERE excluded.occurred_time >= waiting_changes.occurred_time`,
		c.Tenant, c.Account, c.ExternalKey, int(c.Kind), c.CustomerID, c.ID, blob(c.Sealed),
		store.Micros(c.OccurredTime), store.Micros(c.WaitTime))
	if err != nil {
		return err
	}
	return t.exec(ctx, "dropping the oldest waiting changes", `DELETE FROM waiting_changes
		WHERE tenant = $1 AND customer_id = $2 AND id IN (
			SELECT id FROM waiting_changes WHERE tenant = $1 AND customer_id = $2
			ORDER BY wait_time DESC, id DESC LIMIT $3 OFFSET $4)`, c.Tenant, c.CustomerID, most, most)
}

// DropWaiting implements conversation.Tx.
func (t *tx) DropWaiting(ctx context.Context, tenant, account string, externalKey []byte) error {
	return t.exec(ctx, "dropping applied changes", `DELETE FROM waiting_changes
		WHERE tenant = $1 AND account = $2 AND external_key = $3`, tenant, account, externalKey)
}

// InsertOpenRequest implements conversation.Tx.
func (t *tx) InsertOpenRequest(ctx context.Context, o conversation.OpenRequest) error {
	return t.exec(ctx, "keeping an open request", `INSERT INTO open_requests (`+requestColumns+`)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
		o.Tenant, o.ID, o.ConversationID, o.CustomerID, o.Kind, o.MessageID, blob(o.Summary), store.Micros(o.CreateTime))
}

// SettleRequests implements conversation.Tx.
func (t *tx) SettleRequests(ctx context.Context, tenant, conversationID string, kind int, now time.Time) error {
	return t.exec(ctx, "settling open requests", `UPDATE open_requests SET done_time = $4
		WHERE tenant = $1 AND conversation_id = $2 AND kind = $3 AND done_time = 0`,
		tenant, conversationID, kind, store.Micros(now))
}

// Emit implements conversation.Tx.
func (t *tx) Emit(ctx context.Context, e conversation.Event) error {
	if err := t.store.events.Add(ctx, t.tx, e); err != nil {
		return fmt.Errorf("emitting an event: %w", err)
	}
	tenant, conversationID, _ := e.About()
	t.tx.AfterCommit(func() {
		t.store.watchers.Wake(conversationID)
		t.store.watchers.Wake(wholeTenant(tenant))
	})
	return nil
}

// WakeWhenIdle implements conversation.Tx.
func (t *tx) WakeWhenIdle(ctx context.Context, c conversation.Conversation, at time.Time) error {
	return t.store.timers.Set(ctx, t.tx, timer.Timer{Kind: IdleTimer, Key: c.ID, Tenant: c.Tenant, Due: at})
}

// Once implements conversation.Tx.
func (t *tx) Once(ctx context.Context, r conversation.Request, do func() (string, error)) (string, error) {
	return t.store.requests.Once(ctx, t.tx, r.Method, r.ID, wrapperspb.Bytes(r.Payload), do)
}

// Forget implements conversation.Tx.
func (t *tx) Forget(ctx context.Context, keysBefore, waitingBefore time.Time, most int) (more bool, err error) {
	keys, err := t.delete(ctx, "event keys", `DELETE FROM recorded_events WHERE (tenant, key) IN (
		SELECT tenant, key FROM recorded_events WHERE record_time < $1 ORDER BY record_time LIMIT $2)`,
		store.Micros(keysBefore), most)
	if err != nil {
		return false, err
	}
	waiting, err := t.delete(ctx, "changes whose message never came", `DELETE FROM waiting_changes WHERE id IN (
		SELECT id FROM waiting_changes WHERE wait_time < $1 ORDER BY wait_time LIMIT $2)`, store.Micros(waitingBefore), most)
	return keys >= int64(most) || waiting >= int64(most), err
}

func (t *tx) delete(ctx context.Context, what, query string, args ...any) (int64, error) {
	result, err := t.tx.Exec(ctx, query, args...)
	if err != nil {
		return 0, fmt.Errorf("forgetting %s: %w", what, err)
	}
	return result.RowsAffected()
}

// SweepAt implements conversation.Tx.
func (t *tx) SweepAt(ctx context.Context, at time.Time) error {
	return t.store.timers.Set(ctx, t.tx, timer.Timer{Kind: SweepTimer, Key: "all", Due: at})
}
