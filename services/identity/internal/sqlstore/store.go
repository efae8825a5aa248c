// Package sqlstore keeps customers in portable SQL. Names and handles stand in it sealed under the customer's own key, and
// are found by keyed hashes: whoever has the tables and not the keys learns how many customers there are.
package sqlstore

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"

	"github.com/parleyhq/parley/mesh/clock"
	"github.com/parleyhq/parley/mesh/idempotency"
	"github.com/parleyhq/parley/mesh/seal"
	"github.com/parleyhq/parley/mesh/store"
	"github.com/parleyhq/parley/mesh/timer"
	"github.com/parleyhq/parley/services/identity/internal/customer"
)

//go:embed migrations/*.sql
var migrations embed.FS

// Store is a customer.Store.
type Store struct {
	db       *store.DB
	keeper   *seal.Keeper
	requests *idempotency.Requests
}

// New migrates the tables in db. The timers are those of db.
func New(ctx context.Context, db *store.DB, keeper *seal.Keeper, timers *timer.Timers, clk clock.Clock) (*Store, error) {
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return nil, err
	}
	if err := db.Migrate(ctx, "customers", files); err != nil {
		return nil, fmt.Errorf("migrate customers: %w", err)
	}
	requests, err := idempotency.New(db, timers, clk) // it takes none: its migration is not interrupted
	if err != nil {
		return nil, fmt.Errorf("open request ids: %w", err)
	}
	return &Store{db: db, keeper: keeper, requests: requests}, nil
}

// Get implements customer.Store. A customer whose key was destroyed is gone.
func (s *Store) Get(ctx context.Context, tenant, id string) (customer.Customer, error) {
	row, err := readCustomer(ctx, s.db, tenant, id)
	if err != nil {
		return customer.Customer{}, fmt.Errorf("read customer: %w", err)
	}
	c, err := s.open(ctx, row)
	if errors.Is(err, seal.ErrDestroyed) {
		return customer.Customer{}, customer.ErrNotFound
	}
	if err != nil {
		return customer.Customer{}, fmt.Errorf("read customer: %w", err)
	}
	return c, nil
}

// Holders implements customer.Store.
func (s *Store) Holders(ctx context.Context, tenant string, handles []customer.Handle) ([]string, error) {
	holders := make([]string, len(handles))
	for i, h := range handles {
		holder, err := readHolder(ctx, s.db, tenant, h.Kind, s.blind(tenant, h))
		if err != nil {
			return nil, fmt.Errorf("look up a handle: %w", err)
		}
		holders[i] = holder
	}
	return holders, nil
}

// List implements customer.Store. A TypeID begins with its time.
func (s *Store) List(
	ctx context.Context, tenant, after string, limit int,
) (customers []customer.Customer, last string, err error) {
	ids, err := readIDs(ctx, s.db, tenant, after, limit+1)
	if err != nil {
		return nil, "", fmt.Errorf("list customers: %w", err)
	}
	if len(ids) > limit {
		ids = ids[:limit]
		last = ids[limit-1]
	}
	for _, id := range ids {
		c, err := s.Get(ctx, tenant, id)
		if errors.Is(err, customer.ErrNotFound) {
			continue
		}
		if err != nil {
			return nil, "", fmt.Errorf("list customers: %w", err)
		}
		customers = append(customers, c)
	}
	return customers, last, nil
}
