package dispute

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/parleyhq/parley/mesh/clock"
	"github.com/parleyhq/parley/services/billing/internal/calendar"
	"github.com/parleyhq/parley/services/billing/internal/invoice"
	"github.com/parleyhq/parley/services/billing/internal/ledger"
)

// Policy is what an operator chooses about disputes.
type Policy struct {
	Calendar *calendar.Calendar
	// BusinessDays until the decision is due, after the day on which the dispute is opened.
	BusinessDays int
	// ReminderDays before the due date staff are reminded; business days, fewer than BusinessDays.
	ReminderDays int
	// OldestInvoice is how many days ago an invoice may have been issued.
	OldestInvoice int
}

// Desk is where disputes are opened, decided and looked up. Safe for concurrent use.
type Desk struct {
	store  Store
	books  invoice.Books
	vault  Vault
	clock  clock.Clock
	policy Policy
	draw   func(below int) int
}

// NewDesk over a store and the tenant's books. draw gives a number from 0, which case numbers are made of.
func NewDesk(s Store, b invoice.Books, v Vault, clk clock.Clock, p Policy, draw func(below int) int) *Desk {
	return &Desk{store: s, books: b, vault: v, clock: clk, policy: p, draw: draw}
}

// now as stores keep it.
func (k *Desk) now() time.Time { return k.clock().Truncate(time.Microsecond) }

// apply runs the rule of an event: all that its row says, in the transaction, or nothing.
func (k *Desk) apply(ctx context.Context, tx Tx, d Dispute, event Event, by By, requestID string, asked Asked) (Dispute, error) {
	t, err := rule(d.State, event)
	if err != nil {
		return d, err
	}
	if !slices.Contains(t.By, by.Actor) {
		return d, fmt.Errorf("%s a dispute: %w", event, ErrActor)
	}
	asked.Dispute = d
	if err := t.Guard.Check(asked); err != nil {
		return d, err
	}
	d.move(t, by, requestID, asked.Now)
	return d, k.carryOut(ctx, tx, d, t, asked.Now)
}

// move the dispute along the transition.
func (d *Dispute) move(t Transition, by By, requestID string, now time.Time) {
	if t.From == Nothing {
		d.CreateTime = now
	}
	d.State, d.UpdateTime = t.To, now
	d.Revision++
	d.Trail = append(slices.Clone(d.Trail), Step{
		Event: t.Event, From: t.From, To: t.To, Time: now, By: by, RequestID: requestID,
	})
}

// carryOut does to the store what the transition says.
func (k *Desk) carryOut(ctx context.Context, tx Tx, d Dispute, t Transition, now time.Time) error {
	keep := tx.Update
	if t.From == Nothing {
		keep = tx.Insert
	}
	if err := keep(ctx, d); err != nil {
		return err
	}
	if t.Lines == released {
		if err := tx.Release(ctx, d); err != nil {
			return err
		}
	}
	if err := moveMoney(ctx, tx, d, t, now); err != nil {
		return err
	}
	if err := setClocks(ctx, tx, d, t.Clock); err != nil {
		return err
	}
	return tx.Tell(ctx, t.Tells, d)
}

func moveMoney(ctx context.Context, tx Tx, d Dispute, t Transition, now time.Time) error {
	if t.Ledger != 0 {
		if err := tx.Post(ctx, d.Tenant, ledger.New(t.Ledger, d.ID, d.CustomerID, d.Currency, d.Amount, now)); err != nil {
			return err
		}
	}
	if t.Bill == 0 {
		return nil
	}
	return tx.Adjust(ctx, d.Tenant, invoice.Adjust(t.Bill, d.CustomerID, d.ID, d.Number, d.Currency, d.Amount, now))
}

func setClocks(ctx context.Context, tx Tx, d Dispute, work ClockWork) error {
	switch work {
	case setsBoth:
		return tx.SetTimers(ctx, d)
	case cancelsBoth:
		return tx.CancelTimers(ctx, d)
	default:
		return nil
	}
}
