package sqlstore

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/parleyhq/parley/mesh/store"
	"github.com/parleyhq/parley/services/identity/internal/customer"
	"google.golang.org/protobuf/types/known/wrapperspb"
)

// Add implements customer.Store.
//
// Everything is sealed before the write. The key that was made for a customer who then lost the race for a handle seals
// nothing and is left where it is: to destroy it, one would have to be sure that the write failed, and a caller whose
// context ended is not.
func (s *Store) Add(ctx context.Context, tenant string, c customer.Customer, request *customer.Request) (string, error) {
	row, err := s.row(ctx, tenant, c)
	if err != nil {
		return "", fmt.Errorf("add customer: %w", err)
	}
	id := c.ID
	err = s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		if request == nil {
			return insert(ctx, tx, row)
		}
		payload := wrapperspb.Bytes(s.keeper.Blind(tenant, "identity.request", string(request.Payload)))
		var err error
		id, err = s.requests.Once(ctx, tx, "identity.CreateCustomer", request.ID, payload, func() (string, error) {
			return c.ID, insert(ctx, tx, row)
		})
		return err
	})
	if err != nil {
		return "", fmt.Errorf("add customer: %w", err)
	}
	return id, nil
}

// Link implements customer.Store.
func (s *Store) Link(ctx context.Context, tenant, id string, handles []customer.Linked, at time.Time) error {
	rows, _, err := s.sealAddition(ctx, tenant, id, handles, "")
	if err != nil {
		return fmt.Errorf("link a handle: %w", err)
	}
	err = s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		before, err := readCustomer(ctx, tx, tenant, id)
		if err != nil {
			return err
		}
		missing := slices.DeleteFunc(slices.Clone(rows), before.holds)
		if len(missing) == 0 {
			return nil
		}
		if err := insertHandles(ctx, tx, tenant, id, missing); err != nil {
			return err
		}
		return touch(ctx, tx, tenant, id, store.Micros(at))
	})
	if err != nil {
		return fmt.Errorf("link a handle: %w", err)
	}
	return nil
}

// Enrich implements customer.Store.
func (s *Store) Enrich(
	ctx context.Context, tenant, id string, handles []customer.Linked, displayName string, at time.Time,
) error {
	rows, name, err := s.sealAddition(ctx, tenant, id, handles, displayName)
	if err != nil {
		return fmt.Errorf("enrich customer: %w", err)
	}
	err = s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		if err := touch(ctx, tx, tenant, id, store.Micros(at)); err != nil {
			return err
		}
		for _, h := range rows {
			if _, err := insertHandle(ctx, tx, tenant, id, h); err != nil {
				return err
			}
		}
		return nameNameless(ctx, tx, tenant, id, name)
	})
	if err != nil {
		return fmt.Errorf("enrich customer: %w", err)
	}
	return nil
}

func (s *Store) row(ctx context.Context, tenant string, c customer.Customer) (customerRow, error) {
	row := customerRow{
		tenant: tenant, id: c.ID, locale: c.Locale,
		createTime: store.Micros(c.CreateTime), updateTime: store.Micros(c.UpdateTime),
	}
	var err error
	if row.displayName, err = s.sealName(ctx, c.ID, c.DisplayName); err != nil {
		return row, err
	}
	row.handles, err = s.sealHandles(ctx, tenant, c.ID, c.Handles)
	return row, err
}

func insert(ctx context.Context, tx *store.Tx, row customerRow) error {
	if err := insertCustomer(ctx, tx, row); err != nil {
		return err
	}
	return insertHandles(ctx, tx, row.tenant, row.id, row.handles)
}
