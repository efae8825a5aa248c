package routing

import (
	"context"
	"time"
)

// watchPage is how many offers a watcher reads at a time: what it holds in memory, however far behind it is.
const watchPage = 100

// Seen is an offer as it stands, and its task.
type Seen struct {
	Offer Offer
	Task  Task
}

// Watch sends the agent's offers that changed after a sequence (0: those that are pending), and then each one that is made
// or changes, until the context ends or send fails. Meanwhile it renews the agent's lease, if there is one.
//
// What this process changes wakes the watcher; what another replica changed is seen within the interval. Either way the
// watcher reads what is behind its own position, so there is no buffer that could overflow.
func (d *Desk) Watch(ctx context.Context, by By, after int64, interval time.Duration, send func(Seen) error) error {
	changed, stop := d.store.Watch(by.Tenant, by.Agent)
	defer stop()
	a, err := d.store.Agent(ctx, by.Tenant, by.Agent)
	if err != nil {
		return err
	}
	if err := d.signOfLife(ctx, by); err != nil {
		return err
	}
	if after == 0 {
		if err := d.sendPending(ctx, a, send); err != nil {
			return err
		}
		after = a.OfferSequence
	}
	again, alive := time.NewTicker(interval), time.NewTicker(d.policy.Lease/3)
	defer again.Stop()
	defer alive.Stop()
	for {
		if after, err = d.sendChanged(ctx, a, after, send); err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-changed:
		case <-again.C:
		case <-alive.C:
			if err := d.signOfLife(ctx, by); err != nil {
				return err
			}
		}
	}
}

// sendPending sends what was pending when the watch began. What changed since is left for sendChanged.
func (d *Desk) sendPending(ctx context.Context, a Agent, send func(Seen) error) error {
	offers, err := d.store.PendingOffers(ctx, a.Tenant, a.Name)
	if err != nil {
		return err
	}
	for _, o := range offers {
		if o.Sequence > a.OfferSequence {
			continue
		}
		if err := d.sendOne(ctx, o, send); err != nil {
			return err
		}
	}
	return nil
}

func (d *Desk) sendChanged(ctx context.Context, a Agent, after int64, send func(Seen) error) (int64, error) {
	for {
		offers, err := d.store.Offers(ctx, a.Tenant, a.Name, after, watchPage)
		if err != nil {
			return after, err
		}
		for _, o := range offers {
			if err := d.sendOne(ctx, o, send); err != nil {
				return after, err
			}
			after = o.Sequence
		}
		if len(offers) < watchPage {
			return after, nil
		}
	}
}

func (d *Desk) sendOne(ctx context.Context, o Offer, send func(Seen) error) error {
	t, err := d.store.Task(ctx, o.Tenant, o.TaskID)
	if err != nil {
		return err
	}
	return send(Seen{Offer: o, Task: t})
}
