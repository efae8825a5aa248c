package sqlstore

import (
	"context"
	"encoding/hex"
	"errors"
	"strconv"

	"github.com/parleyhq/parley/mesh/seal"
	"github.com/parleyhq/parley/mesh/store"
	"github.com/parleyhq/parley/services/identity/internal/customer"
)

// Where sealed values stand: a value that is moved to another row does not open there.
func nameAt(id string) string { return "identity.customers/" + id }

func handleAt(h handleRow) string {
	return "identity.handles/" + strconv.Itoa(int(h.kind)) + "/" + hex.EncodeToString(h.blind)
}

// blind is the keyed hash by which a handle is found.
func (s *Store) blind(tenant string, h customer.Handle) []byte {
	return s.keeper.Blind(tenant, "identity.handle/"+strconv.Itoa(int(h.Kind)), h.Key)
}

// sealName is nil for the empty name. Sealing does I/O: never inside a write.
func (s *Store) sealName(ctx context.Context, id, name string) ([]byte, error) {
	if name == "" {
		return nil, nil
	}
	return s.keeper.Seal(ctx, seal.Customer(id), []byte(name), nameAt(id))
}

func (s *Store) sealHandles(ctx context.Context, tenant, id string, handles []customer.Linked) ([]handleRow, error) {
	rows := make([]handleRow, len(handles))
	for i, h := range handles {
		row := handleRow{
			kind: h.Kind, blind: s.blind(tenant, h.Handle), assurance: h.Assurance, linkTime: store.Micros(h.LinkTime),
		}
		var err error
		if row.value, err = s.keeper.Seal(ctx, seal.Customer(id), []byte(h.Value), handleAt(row)); err != nil {
			return nil, err
		}
		rows[i] = row
	}
	return rows, nil
}

// sealAddition seals what a customer is given. customer.ErrNotFound when there is none: nobody gets a key for an id that
// somebody made up, nor a new one after it was destroyed.
func (s *Store) sealAddition(
	ctx context.Context, tenant, id string, handles []customer.Linked, displayName string,
) (rows []handleRow, name []byte, err error) {
	if _, err := readCustomer(ctx, s.db, tenant, id); err != nil {
		return nil, nil, err
	}
	if name, err = s.sealName(ctx, id, displayName); err == nil {
		rows, err = s.sealHandles(ctx, tenant, id, handles)
	}
	if errors.Is(err, seal.ErrDestroyed) {
		err = customer.ErrNotFound
	}
	return rows, name, err
}

// open reads a row as who it is about.
func (s *Store) open(ctx context.Context, row customerRow) (customer.Customer, error) {
	c := customer.Customer{
		ID: row.id, Locale: row.locale, Merged: row.merged, CreateTime: store.Time(row.createTime), UpdateTime: store.Time(row.updateTime),
	}
	if row.displayName != nil {
		name, err := s.keeper.Open(ctx, seal.Customer(row.id), row.displayName, nameAt(row.id))
		if err != nil {
			return customer.Customer{}, err
		}
		c.DisplayName = string(name)
	}
	for _, h := range row.handles {
		value, err := s.keeper.Open(ctx, seal.Customer(row.id), h.value, handleAt(h))
		if err != nil {
			return customer.Customer{}, err
		}
		c.Handles = append(c.Handles, customer.Linked{
			Handle: customer.Handle{Kind: h.kind, Value: string(value)}, Assurance: h.assurance, LinkTime: store.Time(h.linkTime),
		})
	}
	return c, nil
}
