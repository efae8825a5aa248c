package routing

import (
	"context"
	"fmt"
	"time"
)

// SetStatus of an agent, by himself or by an operator. Any status but OFFLINE begins or renews a lease.
func (d *Desk) SetStatus(ctx context.Context, by By, name string, s Status) (Agent, error) {
	cause := ByOperator
	if by.Agent != "" {
		cause = ByAgent
		if name == "" {
			name = by.Agent
		}
		if name != by.Agent {
			return Agent{}, ErrNotYou
		}
	}
	err := d.store.Write(ctx, by.Tenant, func(ctx context.Context, tx Tx) error {
		now := d.now()
		if s != Offline {
			if err := d.lease(ctx, tx, by.Tenant, name, now); err != nil {
				return err
			}
		}
		return d.setStatus(ctx, tx, by.Tenant, name, s, cause, now)
	})
	if err != nil {
		return Agent{}, err
	}
	return d.store.Agent(ctx, by.Tenant, name)
}

// setStatus changes the status with all that follows from it.
func (d *Desk) setStatus(ctx context.Context, tx Tx, tenant, name string, s Status, c Cause, now time.Time) error {
	a, err := tx.Agent(ctx, tenant, name)
	if err != nil {
		return err
	}
	a.set(s, c, now)
	if err := tx.UpdateAgent(ctx, a); err != nil {
		return err
	}
	if s == Offline {
		if err := d.endLease(ctx, tx, a); err != nil {
			return err
		}
	}
	if s != Available {
		held, err := tx.Held(ctx, tenant, name)
		if err != nil {
			return err
		}
		for _, t := range held {
			if err := d.takeBack(ctx, tx, t, s == Offline, now); err != nil {
				return err
			}
		}
	}
	return d.drain(ctx, tx, tenant, now)
}

// takeBack an offer, and, when the agent is gone, an accepted task.
func (d *Desk) takeBack(ctx context.Context, tx Tx, t Task, gone bool, now time.Time) error {
	switch {
	case t.State == Offered:
		return d.apply(ctx, tx, &t, Withdrawing, routing(t.Tenant), now)
	case gone:
		return d.apply(ctx, tx, &t, Losing, routing(t.Tenant), now)
	default:
		return nil
	}
}

// lease begins an agent's lease, or renews it. The alarm of a lease that was there is left: when it is due it looks.
func (d *Desk) lease(ctx context.Context, tx Tx, tenant, name string, now time.Time) error {
	a, err := tx.Agent(ctx, tenant, name)
	if err != nil {
		return err
	}
	until := now.Add(d.policy.Lease)
	if err := tx.BeginLease(ctx, tenant, name, until); err != nil {
		return err
	}
	if !a.LeaseExpireTime.IsZero() {
		return nil
	}
	return tx.SetAlarm(ctx, leaseAlarm(a, until))
}

func (d *Desk) endLease(ctx context.Context, tx Tx, a Agent) error {
	if err := tx.EndLease(ctx, a.Tenant, a.Name); err != nil {
		return err
	}
	return tx.CancelAlarm(ctx, leaseAlarm(a, time.Time{}))
}

func leaseAlarm(a Agent, due time.Time) Alarm {
	return Alarm{Kind: LeaseAlarm, Tenant: a.Tenant, Key: a.Name, Due: due}
}

// Heartbeat renews the lease of the agent who calls.
func (d *Desk) Heartbeat(ctx context.Context, by By) (Agent, error) {
	there, err := d.store.RenewLease(ctx, by.Tenant, by.Agent, d.now().Add(d.policy.Lease))
	if err != nil {
		return Agent{}, fmt.Errorf("renew the lease of %s: %w", by.Agent, err)
	}
	a, err := d.store.Agent(ctx, by.Tenant, by.Agent)
	if err == nil && !there {
		return Agent{}, ErrAgentOffline
	}
	return a, err
}
