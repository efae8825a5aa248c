package idempotency

import (
	"context"
	"fmt"
	"time"

	"github.com/parleyhq/parley/mesh/store"
	"github.com/parleyhq/parley/mesh/timer"
)

const (
	sweepTimer = "requests.sweep"
	// sweepEvery is how often forgotten requests are looked for.
	sweepEvery = time.Hour
	// sweepAtOnce requests are deleted in one transaction, so that nobody waits long for it, nor is run again on PostgreSQL
	// for having read so much; the next follows after sweepPause.
	sweepAtOnce = 500
	sweepPause  = 100 * time.Millisecond
)

// sweepAt has the requests swept, then and again and again.
func (r *Requests) sweepAt(ctx context.Context, tx *store.Tx, due time.Time) error {
	return r.timers.Set(ctx, tx, timer.Timer{Kind: sweepTimer, Key: "all", Due: due})
}

// sweep deletes requests that are forgotten, and has itself called again.
func (r *Requests) sweep(ctx context.Context, _ timer.Timer) error {
	err := r.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		deleted, err := tx.Exec(ctx, `DELETE FROM requests WHERE (tenant, principal, method, request_id) IN
			(SELECT tenant, principal, method, request_id FROM requests WHERE created_time <= $1 ORDER BY created_time LIMIT $2)`,
			r.forgotten(), sweepAtOnce)
		if err != nil {
			return err
		}
		n, err := deleted.RowsAffected()
		if err != nil {
			return err
		}
		pause := sweepEvery
		if n == sweepAtOnce {
			pause = sweepPause
		}
		return r.sweepAt(ctx, tx, r.clock().Add(pause))
	})
	if err != nil {
		return fmt.Errorf("idempotency: sweep: %w", err)
	}
	return nil
}
