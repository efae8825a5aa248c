package sqlstore

import (
	"context"
	"strings"
	"time"

	"github.com/parleyhq/parley/mesh/store"
	"github.com/parleyhq/parley/services/routing/internal/routing"
)

// InsertAgent implements routing.Tx.
func (t *tx) InsertAgent(ctx context.Context, a routing.Agent) error {
	return t.changed(ctx, routing.ErrAgentExists, "adding an agent", `INSERT INTO agents (`+agentColumns+`)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) ON CONFLICT (tenant, name) DO NOTHING`,
		a.Tenant, a.Name, strings.Join(a.Skills, " "), writeCapacity(a.Capacity), int64(a.Status), int64(a.Cause),
		store.Micros(a.StatusTime), store.Micros(a.IdleSince), a.Ignored, a.OfferSequence, a.Revision,
		store.Micros(a.CreateTime), store.Micros(a.UpdateTime))
}

// UpdateAgent implements routing.Tx.
func (t *tx) UpdateAgent(ctx context.Context, a routing.Agent) error {
	return t.changed(ctx, routing.ErrAgentNotFound, "changing an agent", `UPDATE agents SET skills = $3, capacity = $4,
		status = $5, cause = $6, status_time = $7, idle_time = $8, ignored = $9, offer_sequence = $10, revision = $11,
		update_time = $12 WHERE tenant = $1 AND name = $2`,
		a.Tenant, a.Name, strings.Join(a.Skills, " "), writeCapacity(a.Capacity), int64(a.Status), int64(a.Cause),
		store.Micros(a.StatusTime), store.Micros(a.IdleSince), a.Ignored, a.OfferSequence, a.Revision, store.Micros(a.UpdateTime))
}

// BeginLease implements routing.Tx.
func (t *tx) BeginLease(ctx context.Context, tenant, agent string, until time.Time) error {
	return t.run(ctx, "beginning a lease", `INSERT INTO leases (tenant, agent, expire_time) VALUES ($1, $2, $3)
		ON CONFLICT (tenant, agent) DO UPDATE SET expire_time = excluded.expire_time`, tenant, agent, store.Micros(until))
}

// EndLease implements routing.Tx.
func (t *tx) EndLease(ctx context.Context, tenant, agent string) error {
	return t.run(ctx, "ending a lease", `DELETE FROM leases WHERE tenant = $1 AND agent = $2`, tenant, agent)
}

// InsertQueue implements routing.Tx.
func (t *tx) InsertQueue(ctx context.Context, q routing.Queue) error {
	return t.changed(ctx, routing.ErrQueueExists, "adding a queue", `INSERT INTO queues (`+queueColumns+`)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (tenant, name) DO NOTHING`,
		q.Tenant, q.Name, strings.Join(q.Skills, " "), q.DefaultPriority, q.OfferTimeout.Microseconds(), q.Revision,
		store.Micros(q.CreateTime), store.Micros(q.UpdateTime))
}

// UpdateQueue implements routing.Tx.
func (t *tx) UpdateQueue(ctx context.Context, q routing.Queue) error {
	return t.changed(ctx, routing.ErrQueueNotFound, "changing a queue", `UPDATE queues SET skills = $3,
		default_priority = $4, offer_timeout = $5, revision = $6, update_time = $7 WHERE tenant = $1 AND name = $2`,
		q.Tenant, q.Name, strings.Join(q.Skills, " "), q.DefaultPriority, q.OfferTimeout.Microseconds(), q.Revision,
		store.Micros(q.UpdateTime))
}
