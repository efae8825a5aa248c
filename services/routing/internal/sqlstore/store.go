// Package sqlstore keeps tasks, agents, queues and offers in portable SQL. Nothing in it is anybody's words: ids, names that
// operators chose, times.
package sqlstore

import (
	"context"
	"embed"
	"fmt"
	"io/fs"
	"time"

	"github.com/parleyhq/parley/mesh/clock"
	"github.com/parleyhq/parley/mesh/idempotency"
	"github.com/parleyhq/parley/mesh/store"
	"github.com/parleyhq/parley/mesh/timer"
	"github.com/parleyhq/parley/mesh/wake"
	"github.com/parleyhq/parley/services/routing/internal/routing"
)

//go:embed migrations/*.sql
var migrations embed.FS

// Events publishes what happened, in the transaction in which it happened.
type Events interface {
	Add(ctx context.Context, tx *store.Tx, n routing.News) error
}

// watched is an agent.
type watched struct{ tenant, agent string }

// Store is a routing.Store.
type Store struct {
	reader
	db       *store.DB
	events   Events
	timers   *timer.Timers
	requests *idempotency.Requests
	watchers wake.Watchers[watched]
	turns    turns
}

var _ routing.Store = (*Store)(nil)

// New migrates the tables in db.
func New(ctx context.Context, db *store.DB, events Events, timers *timer.Timers, clk clock.Clock) (*Store, error) {
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return nil, err
	}
	if err := db.Migrate(ctx, "routing", files); err != nil {
		return nil, fmt.Errorf("migrate routing: %w", err)
	}
	requests, err := idempotency.New(db, timers, clk) // it takes none: its migration is not interrupted
	if err != nil {
		return nil, fmt.Errorf("open request ids: %w", err)
	}
	return &Store{reader: reader{db}, db: db, events: events, timers: timers, requests: requests}, nil
}

// Write implements routing.Store. The row of the tenant's board, written first, has transactions come one after the other:
// on PostgreSQL one that reads while another writes would be run again, and find out late. SQLite needs neither that nor
// the turns; it writes in one line by itself.
func (s *Store) Write(ctx context.Context, tenant string, fn func(ctx context.Context, tx routing.Tx) error) error {
	if s.db.Engine() == store.PostgreSQL {
		done, err := s.turns.take(ctx, tenant)
		if err != nil {
			return err
		}
		defer done()
	}
	return s.db.Write(ctx, func(ctx context.Context, t *store.Tx) error {
		if _, err := t.Exec(ctx, `INSERT INTO boards (tenant, version) VALUES ($1, 1)
			ON CONFLICT (tenant) DO UPDATE SET version = boards.version + 1`, tenant); err != nil {
			return fmt.Errorf("taking the board of %s: %w", tenant, err)
		}
		return fn(ctx, &tx{reader: reader{t}, tx: t, store: s})
	})
}

// RenewLease implements routing.Store.
func (s *Store) RenewLease(ctx context.Context, tenant, agent string, until time.Time) (there bool, err error) {
	err = s.db.Write(ctx, func(ctx context.Context, t *store.Tx) error {
		n, err := t.Changed(ctx, `UPDATE leases SET expire_time = $3 WHERE tenant = $1 AND agent = $2`,
			tenant, agent, store.Micros(until))
		there = n > 0
		return err
	})
	if err != nil {
		return false, fmt.Errorf("renewing a lease: %w", err)
	}
	return there, nil
}

// ExtendLeases has no lease of any tenant end before the time.
func (s *Store) ExtendLeases(ctx context.Context, until time.Time) error {
	err := s.db.Write(ctx, func(ctx context.Context, t *store.Tx) error {
		_, err := t.Exec(ctx, `UPDATE leases SET expire_time = $1 WHERE expire_time < $1`, store.Micros(until))
		return err
	})
	if err != nil {
		return fmt.Errorf("extending leases: %w", err)
	}
	return nil
}

// Watch implements routing.Store.
func (s *Store) Watch(tenant, agent string) (changed <-chan struct{}, stop func()) {
	return s.watchers.Add(watched{tenant, agent})
}
