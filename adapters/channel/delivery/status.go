package delivery

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/parleyhq/parley/adapters/channel"
)

// Status folds what the vendor says of a message of ours. It finds the delivery by our reference, or by the vendor's id; a
// status that comes before the send response waits for it. It answers the customer whom the message was for; nobody while
// that is not known.
func (r *Runner) Status(ctx context.Context, a channel.Account, s channel.Status) (customerID string, err error) {
	key := r.externalKey(a.Tenant, a.Name, s.ExternalID)
	for {
		d, err := r.store.Find(ctx, a.Name, s.MessageRef, key)
		if err == nil {
			return d.CustomerID, r.fold(ctx, d, s)
		}
		if !errors.Is(err, ErrNone) {
			return "", fmt.Errorf("find the delivery of a status: %w", err)
		}
		known, err := r.store.Await(ctx, a.Name, key, s.State, s.Reason, r.clock())
		if err != nil {
			return "", fmt.Errorf("keep an early status: %w", err)
		}
		if !known {
			return "", nil
		}
		// The send response came in between.
	}
}

func (r *Runner) fold(ctx context.Context, d Delivery, s channel.Status) error {
	if d.Phase == Settled && d.ExternalKey != nil && s.State <= d.State {
		return nil // it says nothing new: a state only rises
	}
	key, sealed, err := r.external(ctx, d, s.ExternalID)
	if err != nil {
		return fmt.Errorf("seal the vendor's id of %s: %w", d.ID, err)
	}
	open := d.Phase != Settled
	d, err = r.update(ctx, d.ID, func(d *Delivery) bool {
		d.Fold(s.State, s.Reason)
		if d.ExternalKey == nil {
			d.ExternalKey, d.ExternalID = key, sealed
		}
		return true
	})
	if err == nil && open {
		r.lanes[d.Account].Kick(d.Lane) // whoever waited behind it need not wait any longer
	}
	return err
}

// Failed says whether the message will not be delivered where it was posted, whether or not the timeline knows by now.
func (r *Runner) Failed(ctx context.Context, messageID string) (bool, error) {
	parts, err := r.store.Parts(ctx, messageID)
	if err != nil || len(parts) == 0 {
		return false, err
	}
	state, _ := Merged(parts)
	return state == stateFailed, nil
}

// Heard notes when a message of the customer came in, for vendors with a service window.
func (r *Runner) Heard(ctx context.Context, a channel.Account, address string, at time.Time) error {
	adapter, ok := r.adapters[a.Name]
	if !ok || serviceWindow(adapter) == 0 {
		return nil
	}
	return r.store.Heard(ctx, a.Name, r.addressKey(a, address), at)
}

// OptOut keeps the account from writing to the address until OptIn.
func (r *Runner) OptOut(ctx context.Context, a channel.Account, address string, at time.Time) error {
	return r.store.Suppress(ctx, a.Name, r.addressKey(a, address), at)
}

// OptIn undoes OptOut.
func (r *Runner) OptIn(ctx context.Context, a channel.Account, address string) error {
	return r.store.Unsuppress(ctx, a.Name, r.addressKey(a, address))
}
