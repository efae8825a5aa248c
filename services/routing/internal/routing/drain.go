package routing

import (
	"context"
	"time"
)

// drainPage is how many waiting tasks are matched at a time.
const drainPage = 256

// drain makes every offer that can be made. It is the end of every transaction after which somebody may fit who did not
// before, so no wake-up can be lost: what is committed is drained.
//
// Tasks that nobody free could take are not read: with every agent busy a long line costs nothing.
func (d *Desk) drain(ctx context.Context, tx Tx, tenant string, now time.Time) error {
	var after Place
	for {
		agents, err := tx.AvailableAgents(ctx, tenant)
		if err != nil || !anyRoom(agents) {
			return err
		}
		demands, err := tx.Demands(ctx, tenant)
		if err != nil {
			return err
		}
		demands = meetable(demands, agents)
		if len(demands) == 0 {
			return nil
		}
		waiting, err := tx.Waiting(ctx, tenant, demands, after, now, drainPage)
		if err != nil {
			return err
		}
		for _, p := range Match(waiting, agents, now) {
			if err := d.offer(ctx, tx, p.Task, p.Agent, now); err != nil {
				return err
			}
		}
		if len(waiting) < drainPage {
			return nil
		}
		after = waiting[len(waiting)-1].Place()
	}
}

func anyRoom(agents []Agent) bool {
	for _, a := range agents {
		for channel := range a.Capacity {
			if a.Room(channel) > 0 {
				return true
			}
		}
	}
	return false
}

func (d *Desk) offer(ctx context.Context, tx Tx, t Task, agent string, now time.Time) error {
	t.Agent = agent
	return d.apply(ctx, tx, &t, Offering, routing(t.Tenant), now)
}
