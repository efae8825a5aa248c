package dispute

import (
	"context"
	"fmt"
	"time"
)

// clockPrincipal does what the clock does.
const clockPrincipal = "service:billing"

// Ring does to a dispute what the clock should have done by now. Timers call it, and whoever is about to answer from the
// dispute: a timer may be late (a process was down), and what is told is by the clock, not by the timer.
func (k *Desk) Ring(ctx context.Context, tenant, id string) error {
	err := k.store.Write(ctx, func(ctx context.Context, tx Tx) error {
		d, err := tx.Dispute(ctx, tenant, id)
		if err != nil {
			return err
		}
		_, err = k.catchUp(ctx, tx, d, k.now())
		return err
	})
	if err != nil {
		return fmt.Errorf("do to %s what is due: %w", id, err)
	}
	return nil
}

// catchUp applies the events of the clock, one after the other.
func (k *Desk) catchUp(ctx context.Context, tx Tx, d Dispute, now time.Time) (Dispute, error) {
	by := By{Tenant: d.Tenant, Actor: Clock, Principal: clockPrincipal}
	for d.due(now) {
		event, _ := d.NextByClock()
		var err error
		if d, err = k.apply(ctx, tx, d, event, by, "", Asked{Now: now}); err != nil {
			return d, err
		}
	}
	return d, nil
}

// ringAll does what the clock should have done by now to a customer's disputes, or to all.
func (k *Desk) ringAll(ctx context.Context, tenant, customerID string) error {
	const batch = 100
	for {
		ids, err := k.store.DueByClock(ctx, tenant, customerID, k.now(), batch)
		if err != nil {
			return err
		}
		for _, id := range ids {
			if err := k.Ring(ctx, tenant, id); err != nil {
				return err
			}
		}
		if len(ids) < batch {
			return nil
		}
	}
}
