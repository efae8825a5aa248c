package sqlstore

import (
	"context"
	"errors"
	"fmt"

	"github.com/parleyhq/parley/mesh/idempotency"
	"github.com/parleyhq/parley/mesh/store"
	"github.com/parleyhq/parley/mesh/timer"
	"github.com/parleyhq/parley/services/billing/internal/dispute"
	"github.com/parleyhq/parley/services/billing/internal/invoice"
	"github.com/parleyhq/parley/services/billing/internal/once"
)

// Kinds of the timers; their key is the dispute's id.
const (
	ReminderTimer = "billing.reminder"
	DeadlineTimer = "billing.deadline"
)

// Events publishes what happened, in the transaction in which it happened.
type Events interface {
	// Add publishes the tale of the dispute's newest step, as the event of this number among the customer's.
	Add(ctx context.Context, tx *store.Tx, tale dispute.Tale, d dispute.Dispute, sequence int64) error
}

// Disputes is a dispute.Store.
type Disputes struct {
	disputeReader
	db       *store.DB
	books    invoice.Books
	events   Events
	timers   *timer.Timers
	requests *idempotency.Requests
}

var _ dispute.Store = (*Disputes)(nil)

// NewDisputes in db, which is migrated.
func NewDisputes(
	db *store.DB, books invoice.Books, events Events, timers *timer.Timers, requests *idempotency.Requests,
) *Disputes {
	return &Disputes{
		disputeReader: disputeReader{db}, db: db, books: books, events: events, timers: timers, requests: requests,
	}
}

// Write implements dispute.Store.
func (s *Disputes) Write(ctx context.Context, fn func(ctx context.Context, tx dispute.Tx) error) error {
	return s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		return fn(ctx, &disputeTx{disputeReader: disputeReader{tx}, tx: tx, store: s})
	})
}

// disputeTx is a dispute.Tx.
type disputeTx struct {
	disputeReader
	tx    *store.Tx
	store *Disputes
}

// Insert implements dispute.Tx.
func (t *disputeTx) Insert(ctx context.Context, d dispute.Dispute) error {
	inserted, err := t.tx.Changed(ctx, `INSERT INTO disputes (`+disputeColumns+`, clock_time)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)
		ON CONFLICT (tenant, number) DO NOTHING`, append(disputeValues(d), clockTime(d))...)
	if err != nil {
		return fmt.Errorf("keep %s: %w", d.ID, err)
	}
	if inserted == 0 {
		return dispute.ErrNumberTaken
	}
	for position, line := range d.LineIDs {
		taken, err := t.tx.Changed(ctx, `INSERT INTO dispute_lines (tenant, dispute_id, position, invoice_id, line_id, held)
			VALUES ($1, $2, $3, $4, $5, TRUE) ON CONFLICT DO NOTHING`, d.Tenant, d.ID, position, d.InvoiceID, line)
		if err != nil {
			return fmt.Errorf("keep the lines of %s: %w", d.ID, err)
		}
		if taken == 0 {
			return dispute.ErrAlreadyDisputed
		}
	}
	return t.addSteps(ctx, d, d.Trail...)
}

// Update implements dispute.Tx.
func (t *disputeTx) Update(ctx context.Context, d dispute.Dispute) error {
	updated, err := t.tx.Changed(ctx, `UPDATE disputes SET state = $4, revision = $3, clock_time = $5, decision_words = $6,
		update_time = $7 WHERE tenant = $1 AND id = $2 AND revision = $3 - 1`,
		d.Tenant, d.ID, d.Revision, int(d.State), clockTime(d), orNull(d.DecisionWords), store.Micros(d.UpdateTime))
	if err != nil {
		return fmt.Errorf("keep %s: %w", d.ID, err)
	}
	if updated == 0 || int64(len(d.Trail)) != d.Revision {
		return dispute.ErrStale
	}
	return t.addSteps(ctx, d, d.Trail[len(d.Trail)-1])
}

// addSteps keeps the newest steps of the trail.
func (t *disputeTx) addSteps(ctx context.Context, d dispute.Dispute, steps ...dispute.Step) error {
	revision := d.Revision - int64(len(steps))
	for _, step := range steps {
		revision++
		_, err := t.tx.Exec(ctx, `INSERT INTO dispute_transitions (tenant, dispute_id, revision, event, from_state, to_state,
			occur_time, actor, principal, on_behalf_of, assurance, request_id)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`, d.Tenant, d.ID, revision, int(step.Event),
			int(step.From), int(step.To), store.Micros(step.Time), int(step.By.Actor), step.By.Principal, step.By.OnBehalfOf,
			step.By.Assurance, step.RequestID)
		if err != nil {
			return fmt.Errorf("keep the trail of %s: %w", d.ID, err)
		}
	}
	return nil
}

// Release implements dispute.Tx.
func (t *disputeTx) Release(ctx context.Context, d dispute.Dispute) error {
	_, err := t.tx.Exec(ctx, `UPDATE dispute_lines SET held = FALSE WHERE tenant = $1 AND dispute_id = $2`, d.Tenant, d.ID)
	if err != nil {
		return fmt.Errorf("release the lines of %s: %w", d.ID, err)
	}
	return nil
}

// Adjust implements dispute.Tx.
func (t *disputeTx) Adjust(ctx context.Context, tenant string, a invoice.Adjustment) error {
	return t.store.books.Adjust(ctx, t.tx, tenant, a)
}

// SetTimers implements dispute.Tx.
func (t *disputeTx) SetTimers(ctx context.Context, d dispute.Dispute) error {
	return errors.Join(
		t.store.timers.Set(ctx, t.tx, timer.Timer{Kind: ReminderTimer, Key: d.ID, Tenant: d.Tenant, Due: d.RemindTime}),
		t.store.timers.Set(ctx, t.tx, timer.Timer{Kind: DeadlineTimer, Key: d.ID, Tenant: d.Tenant, Due: d.DeadlineTime}),
	)
}

// CancelTimers implements dispute.Tx.
func (t *disputeTx) CancelTimers(ctx context.Context, d dispute.Dispute) error {
	return errors.Join(
		t.store.timers.Cancel(ctx, t.tx, ReminderTimer, d.ID), t.store.timers.Cancel(ctx, t.tx, DeadlineTimer, d.ID))
}

// Tell implements dispute.Tx.
func (t *disputeTx) Tell(ctx context.Context, tale dispute.Tale, d dispute.Dispute) error {
	var sequence int64
	err := t.tx.QueryRow(ctx, `INSERT INTO customer_events (tenant, customer_id, last_sequence) VALUES ($1, $2, 1)
		ON CONFLICT (tenant, customer_id) DO UPDATE SET last_sequence = customer_events.last_sequence + 1
		RETURNING last_sequence`, d.Tenant, d.CustomerID).Scan(&sequence)
	if err != nil {
		return fmt.Errorf("number an event of %s: %w", d.ID, err)
	}
	return t.store.events.Add(ctx, t.tx, tale, d, sequence)
}

// Once implements dispute.Tx.
func (t *disputeTx) Once(ctx context.Context, r once.Request, do func() (string, error)) (string, error) {
	return runOnce(ctx, t.store.requests, t.tx, r, do)
}
