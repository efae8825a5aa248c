package sqlstore

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"time"

	"github.com/parleyhq/parley/mesh/store"
	"github.com/parleyhq/parley/services/routing/internal/routing"
	"google.golang.org/protobuf/types/known/wrapperspb"
)

// tx is a routing.Tx.
type tx struct {
	reader
	tx    *store.Tx
	store *Store
}

func (t *tx) exec(ctx context.Context, what, query string, args ...any) (sql.Result, error) {
	result, err := t.tx.Exec(ctx, query, args...)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", what, err)
	}
	return result, nil
}

func (t *tx) run(ctx context.Context, what, query string, args ...any) error {
	_, err := t.exec(ctx, what, query, args...)
	return err
}

// changed answers the error when the statement changed no row.
func (t *tx) changed(ctx context.Context, none error, what, query string, args ...any) error {
	n, err := t.tx.Changed(ctx, query, args...)
	if err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	if n == 0 {
		return none
	}
	return nil
}

// LastSequence implements routing.Tx.
func (t *tx) LastSequence(ctx context.Context, tenant, conversationID string) (n int64, err error) {
	err = t.tx.QueryRow(ctx, `SELECT coalesce(max(sequence), 0) FROM tasks WHERE tenant = $1 AND conversation_id = $2`,
		tenant, conversationID).Scan(&n)
	return failed(n, "a conversation's last step", err)
}

// InsertTask implements routing.Tx.
func (t *tx) InsertTask(ctx context.Context, task routing.Task, s routing.Step) error {
	err := t.run(ctx, "adding a task", `INSERT INTO tasks (`+taskColumns+`)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)`,
		task.Tenant, task.ID, task.ConversationID, task.CustomerID, task.Queue, strings.Join(task.Skills, " "), task.Channel,
		task.Priority, int64(task.State), task.Agent, task.OfferID, store.Micros(task.OfferExpireTime), task.HandoffReason,
		store.Micros(task.CreateTime), store.Micros(task.UpdateTime), store.Micros(task.CloseTime), task.Sequence)
	if err != nil {
		return err
	}
	return t.addStep(ctx, task, s)
}

// UpdateTask implements routing.Tx.
func (t *tx) UpdateTask(ctx context.Context, task routing.Task, s routing.Step) error {
	err := t.changed(ctx, routing.ErrStale, "changing a task", `UPDATE tasks SET queue = $4, skills = $5, priority = $6,
		state = $7, agent = $8, offer_id = $9, offer_expire_time = $10, update_time = $11, close_time = $12, sequence = $13
		WHERE tenant = $1 AND id = $2 AND sequence = $3`,
		task.Tenant, task.ID, task.Sequence-1, task.Queue, strings.Join(task.Skills, " "), task.Priority, int64(task.State),
		task.Agent, task.OfferID, store.Micros(task.OfferExpireTime), store.Micros(task.UpdateTime),
		store.Micros(task.CloseTime), task.Sequence)
	if err != nil {
		return err
	}
	return t.addStep(ctx, task, s)
}

// GiveTasks implements routing.Tx.
func (t *tx) GiveTasks(ctx context.Context, tenant, conversationID, customerID string) error {
	return t.run(ctx, "giving tasks to another customer", `UPDATE tasks SET customer_id = $3 WHERE tenant = $1 AND conversation_id = $2`,
		tenant, conversationID, customerID)
}

func (t *tx) addStep(ctx context.Context, task routing.Task, s routing.Step) error {
	return t.run(ctx, "adding to a task's history", `INSERT INTO task_steps (tenant, task_id, sequence, event, from_state,
		to_state, agent, principal, occur_time) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		task.Tenant, task.ID, s.Sequence, int64(s.Event), int64(s.From), int64(s.To), s.Agent, s.Principal, store.Micros(s.Time))
}

// InsertOffer implements routing.Tx.
func (t *tx) InsertOffer(ctx context.Context, o routing.Offer) error {
	t.wake(o)
	return t.run(ctx, "making an offer", `INSERT INTO offers (`+offerColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		o.Tenant, o.ID, o.TaskID, o.Agent, int64(o.State), store.Micros(o.CreateTime), store.Micros(o.ExpireTime),
		store.Micros(o.UpdateTime), o.Sequence)
}

// UpdateOffer implements routing.Tx.
func (t *tx) UpdateOffer(ctx context.Context, o routing.Offer) error {
	t.wake(o)
	return t.changed(ctx, routing.ErrOfferNotFound, "changing an offer", `UPDATE offers SET state = $3, update_time = $4,
		sequence = $5 WHERE tenant = $1 AND id = $2`, o.Tenant, o.ID, int64(o.State), store.Micros(o.UpdateTime), o.Sequence)
}

func (t *tx) wake(o routing.Offer) {
	t.tx.AfterCommit(func() { t.store.watchers.Wake(watched{o.Tenant, o.Agent}) })
}

// Shun implements routing.Tx.
func (t *tx) Shun(ctx context.Context, tenant string, s routing.Shun) error {
	return t.run(ctx, "noting who is not to be asked", `INSERT INTO shuns (tenant, task_id, agent, until_time)
		VALUES ($1, $2, $3, $4) ON CONFLICT (tenant, task_id, agent) DO UPDATE SET until_time = excluded.until_time`,
		tenant, s.TaskID, s.Agent, store.Micros(s.Until))
}

// ForgetShuns implements routing.Tx.
func (t *tx) ForgetShuns(ctx context.Context, tenant string, now time.Time) error {
	return t.run(ctx, "forgetting who was not to be asked", `DELETE FROM shuns WHERE tenant = $1 AND until_time <= $2`,
		tenant, store.Micros(now))
}

// Tell implements routing.Tx.
func (t *tx) Tell(ctx context.Context, n routing.News) error {
	if err := t.store.events.Add(ctx, t.tx, n); err != nil {
		return fmt.Errorf("telling of a task: %w", err)
	}
	return nil
}

// Once implements routing.Tx.
func (t *tx) Once(ctx context.Context, r routing.Request, do func() (string, error)) (string, error) {
	return t.store.requests.Once(ctx, t.tx, r.Method, r.ID, wrapperspb.Bytes(r.Payload), do)
}
