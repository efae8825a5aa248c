package routing

import (
	"context"
	"slices"
)

// CreateAgent who is OFFLINE.
func (d *Desk) CreateAgent(ctx context.Context, a Agent) (Agent, error) {
	a.CreateTime = d.now()
	a.UpdateTime, a.Revision, a.Skills = a.CreateTime, 1, union(a.Skills, nil)
	a.set(Offline, ByOperator, a.CreateTime)
	a.IdleSince = a.CreateTime
	err := d.store.Write(ctx, a.Tenant, func(ctx context.Context, tx Tx) error { return tx.InsertAgent(ctx, a) })
	if err != nil {
		return Agent{}, err
	}
	return d.store.Agent(ctx, a.Tenant, a.Name)
}

// UpdateAgent changes what an operator decides. Offers that no longer fit are taken back, the newest first; accepted tasks
// stay.
func (d *Desk) UpdateAgent(ctx context.Context, tenant, name, etag string, change func(*Agent)) (Agent, error) {
	err := d.store.Write(ctx, tenant, func(ctx context.Context, tx Tx) error {
		a, err := tx.Agent(ctx, tenant, name)
		if err != nil {
			return err
		}
		if etag != "" && etag != a.Etag() {
			return ErrStale
		}
		now := d.now()
		change(&a)
		a.Skills, a.UpdateTime = union(a.Skills, nil), now
		a.Revision++
		if err := tx.UpdateAgent(ctx, a); err != nil {
			return err
		}
		held, err := tx.Held(ctx, tenant, name)
		if err != nil {
			return err
		}
		for _, t := range surplus(a, held) {
			if err := d.takeBack(ctx, tx, t, false, now); err != nil {
				return err
			}
		}
		return d.drain(ctx, tx, tenant, now)
	})
	if err != nil {
		return Agent{}, err
	}
	return d.store.Agent(ctx, tenant, name)
}

// surplus is which of the offers that the agent holds do not fit: he lacks a skill, or has no room. Of those that would
// fit one by one the newest go. What was transferred to him whatever his skills goes, too: its offer can be made again.
func surplus(a Agent, held []Task) (found []Task) {
	load := map[string]int{}
	for _, t := range held {
		load[t.Channel]++
	}
	slices.SortFunc(held, func(x, y Task) int { return y.OfferExpireTime.Compare(x.OfferExpireTime) })
	for _, t := range held {
		if t.State == Offered && (!a.can(t.Skills) || load[t.Channel] > a.Capacity[t.Channel]) {
			load[t.Channel]--
			found = append(found, t)
		}
	}
	return found
}

// CreateQueue of tasks to come.
func (d *Desk) CreateQueue(ctx context.Context, q Queue) (Queue, error) {
	q.CreateTime = d.now()
	q.UpdateTime, q.Revision = q.CreateTime, 1
	q.settle()
	err := d.store.Write(ctx, q.Tenant, func(ctx context.Context, tx Tx) error { return tx.InsertQueue(ctx, q) })
	if err != nil {
		return Queue{}, err
	}
	return d.store.Queue(ctx, q.Tenant, q.Name)
}

// UpdateQueue changes what counts for the tasks that come from now on.
func (d *Desk) UpdateQueue(ctx context.Context, tenant, name, etag string, change func(*Queue)) (Queue, error) {
	err := d.store.Write(ctx, tenant, func(ctx context.Context, tx Tx) error {
		q, err := tx.Queue(ctx, tenant, name)
		if err != nil {
			return err
		}
		if etag != "" && etag != q.Etag() {
			return ErrStale
		}
		change(&q)
		q.settle()
		q.UpdateTime = d.now()
		q.Revision++
		return tx.UpdateQueue(ctx, q)
	})
	if err != nil {
		return Queue{}, err
	}
	return d.store.Queue(ctx, tenant, name)
}

// settle what an operator left open.
func (q *Queue) settle() {
	q.Skills = union(q.Skills, nil)
	if q.DefaultPriority == 0 {
		q.DefaultPriority = UsualPriority
	}
}
