package routing

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// Ring does what an alarm is for. It is idempotent: what was done, or is not due any more, is left.
func (d *Desk) Ring(ctx context.Context, a Alarm) error {
	err := d.store.Write(ctx, a.Tenant, func(ctx context.Context, tx Tx) error {
		now := d.now()
		switch a.Kind {
		case OfferAlarm:
			return d.offerIsDue(ctx, tx, a, now)
		case LeaseAlarm:
			return d.leaseIsDue(ctx, tx, a, now)
		case ShunAlarm:
			if err := tx.ForgetShuns(ctx, a.Tenant, now); err != nil {
				return err
			}
			return d.drain(ctx, tx, a.Tenant, now)
		default:
			return fmt.Errorf("there is no alarm of kind %d", a.Kind)
		}
	})
	if err != nil {
		return fmt.Errorf("look after %s: %w", a.Key, err)
	}
	return nil
}

func (d *Desk) offerIsDue(ctx context.Context, tx Tx, alarm Alarm, now time.Time) error {
	o, err := tx.Offer(ctx, alarm.Tenant, alarm.Key)
	if err != nil || o.State != OfferPending {
		return err
	}
	if now.Before(o.ExpireTime) {
		alarm.Due = o.ExpireTime
		return tx.SetAlarm(ctx, alarm)
	}
	t, err := tx.Task(ctx, o.Tenant, o.TaskID)
	if err != nil {
		return err
	}
	if err := d.apply(ctx, tx, &t, Expiring, routing(o.Tenant), now); err != nil {
		return err
	}
	a, err := tx.Agent(ctx, o.Tenant, o.Agent)
	if err != nil {
		return err
	}
	if a.Ignored >= d.policy.IgnoredOffers {
		return d.setStatus(ctx, tx, o.Tenant, o.Agent, Away, OffersIgnored, now)
	}
	return d.drain(ctx, tx, o.Tenant, now)
}

// leaseIsDue finds that the agent is gone, or sleeps on until his lease ends: it was renewed without moving the alarm.
func (d *Desk) leaseIsDue(ctx context.Context, tx Tx, alarm Alarm, now time.Time) error {
	a, err := tx.Agent(ctx, alarm.Tenant, alarm.Key)
	if errors.Is(err, ErrAgentNotFound) || (err == nil && a.LeaseExpireTime.IsZero()) {
		return nil
	}
	if err != nil {
		return err
	}
	if now.Before(a.LeaseExpireTime) {
		alarm.Due = a.LeaseExpireTime
		return tx.SetAlarm(ctx, alarm)
	}
	return d.setStatus(ctx, tx, a.Tenant, a.Name, Offline, LeaseEnded, now)
}
