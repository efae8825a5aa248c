package sqlstore

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/parleyhq/parley/mesh/seal"
	"github.com/parleyhq/parley/mesh/store"
	"github.com/parleyhq/parley/services/identity/internal/customer"
)

// Merge implements customer.Store.
func (s *Store) Merge(ctx context.Context, tenant, id, merged string, at time.Time) error {
	before, err := readCustomer(ctx, s.db, tenant, merged)
	if errors.Is(err, customer.ErrNotFound) {
		return s.mergedBefore(ctx, tenant, id, merged)
	}
	if err != nil {
		return fmt.Errorf("merge customers: %w", err)
	}
	if !before.nobody() || id == merged {
		return customer.ErrKnown
	}
	handles, err := s.resealed(ctx, tenant, id, before)
	if err != nil {
		return fmt.Errorf("merge customers: %w", err)
	}
	err = s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		now, err := readCustomer(ctx, tx, tenant, merged)
		if err != nil {
			return err
		}
		if !now.nobody() || len(now.handles) != len(handles) {
			return customer.ErrKnown // meanwhile
		}
		if err := touch(ctx, tx, tenant, id, store.Micros(at)); err != nil {
			return err
		}
		return merge(ctx, tx, tenant, id, merged, handles, store.Micros(at))
	})
	if errors.Is(err, customer.ErrNotFound) { // perhaps done meanwhile
		return s.mergedBefore(ctx, tenant, id, merged)
	}
	if err != nil {
		return fmt.Errorf("merge customers: %w", err)
	}
	return nil
}

// mergedBefore is nil when this was done before.
func (s *Store) mergedBefore(ctx context.Context, tenant, id, merged string) error {
	known, err := readMerged(ctx, s.db, tenant, id)
	if err == nil && !slices.Contains(known, merged) {
		err = customer.ErrNotFound
	}
	return err
}

// resealed are a visitor's handles under the key of the customer who gets them. customer.ErrNotFound when there is no such customer.
func (s *Store) resealed(ctx context.Context, tenant, id string, from customerRow) ([]handleRow, error) {
	if _, err := readCustomer(ctx, s.db, tenant, id); err != nil {
		return nil, err
	}
	handles := slices.Clone(from.handles)
	for i, h := range handles {
		value, err := s.keeper.Open(ctx, seal.Customer(from.id), h.value, handleAt(h))
		if err == nil {
			handles[i].value, err = s.keeper.Seal(ctx, seal.Customer(id), value, handleAt(h))
		}
		if errors.Is(err, seal.ErrDestroyed) {
			err = customer.ErrNotFound
		}
		if err != nil {
			return nil, err
		}
	}
	return handles, nil
}

func merge(ctx context.Context, tx *store.Tx, tenant, id, merged string, handles []handleRow, at int64) error {
	for _, h := range handles {
		if _, err := tx.Exec(ctx, `UPDATE handles SET customer_id = $4, value = $5,
				position = (SELECT COUNT(*) FROM handles WHERE tenant = $1 AND customer_id = $4)
			WHERE tenant = $1 AND kind = $2 AND blind = $3 AND customer_id = $6`,
			tenant, int(h.kind), h.blind, id, h.value, merged); err != nil {
			return err
		}
	}
	if _, err := tx.Exec(ctx, `DELETE FROM customers WHERE tenant = $1 AND id = $2`, tenant, merged); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, `UPDATE merges SET customer_id = $3 WHERE tenant = $1 AND customer_id = $2`, tenant, merged, id); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `INSERT INTO merges (tenant, merged_id, customer_id, merge_time) VALUES ($1, $2, $3, $4)`, tenant, merged, id, at)
	return err
}
