package sqlstore

import (
	"bytes"
	"context"
	"errors"
	"slices"

	"github.com/parleyhq/parley/mesh/store"
	"github.com/parleyhq/parley/services/identity/internal/customer"
)

type customerRow struct {
	tenant, id  string
	displayName []byte
	locale      string
	createTime  int64
	updateTime  int64
	handles     []handleRow
	merged      []string
}

// nobody says that all that is known of the customer is a visitor's handle.
func (c customerRow) nobody() bool {
	return c.displayName == nil && !slices.ContainsFunc(c.handles, func(h handleRow) bool { return h.kind != customer.VisitorID })
}

type handleRow struct {
	kind      customer.Kind
	blind     []byte
	value     []byte
	assurance customer.Assurance
	linkTime  int64
}

// holds says whether the handle is the customer's already.
func (c customerRow) holds(h handleRow) bool {
	return slices.ContainsFunc(c.handles, func(held handleRow) bool {
		return held.kind == h.kind && bytes.Equal(held.blind, h.blind)
	})
}

// readCustomer answers customer.ErrNotFound when there is none.
func readCustomer(ctx context.Context, q store.Querier, tenant, id string) (customerRow, error) {
	row := customerRow{tenant: tenant, id: id}
	err := q.QueryRow(ctx, `SELECT display_name, locale, create_time, update_time FROM customers WHERE tenant = $1 AND id = $2`,
		tenant, id).Scan(&row.displayName, &row.locale, &row.createTime, &row.updateTime)
	if errors.Is(err, store.ErrNoRows) {
		return row, customer.ErrNotFound
	}
	if err != nil {
		return row, err
	}
	if row.handles, err = readHandles(ctx, q, tenant, id); err != nil {
		return row, err
	}
	row.merged, err = readMerged(ctx, q, tenant, id)
	return row, err
}

// readMerged lists who was merged with the customer, oldest first.
func readMerged(ctx context.Context, q store.Querier, tenant, id string) ([]string, error) {
	return store.All(ctx, q, store.Text, `SELECT merged_id FROM merges WHERE tenant = $1 AND customer_id = $2 ORDER BY merge_time, merged_id`, tenant, id)
}

func readHandles(ctx context.Context, q store.Querier, tenant, id string) ([]handleRow, error) {
	scan := func(r store.Row) (h handleRow, err error) {
		err = r.Scan(&h.kind, &h.blind, &h.value, &h.assurance, &h.linkTime)
		return h, err
	}
	return store.All(ctx, q, scan, `SELECT kind, blind, value, assurance, link_time FROM handles
		WHERE tenant = $1 AND customer_id = $2 ORDER BY position`, tenant, id)
}

// readHolder is the id of the customer who holds the handle, or empty.
func readHolder(ctx context.Context, q store.Querier, tenant string, kind customer.Kind, blind []byte) (string, error) {
	var holder string
	err := q.QueryRow(ctx, `SELECT customer_id FROM handles WHERE tenant = $1 AND kind = $2 AND blind = $3`,
		tenant, int(kind), blind).Scan(&holder)
	if errors.Is(err, store.ErrNoRows) {
		return "", nil
	}
	return holder, err
}

// readIDs of customers, in order, behind the given one.
func readIDs(ctx context.Context, q store.Querier, tenant, after string, limit int) ([]string, error) {
	return store.All(ctx, q, store.Text, `SELECT id FROM customers WHERE tenant = $1 AND id > $2 ORDER BY id LIMIT $3`, tenant, after, limit)
}

func insertCustomer(ctx context.Context, tx *store.Tx, row customerRow) error {
	_, err := tx.Exec(ctx, `INSERT INTO customers (tenant, id, display_name, locale, create_time, update_time)
		VALUES ($1, $2, $3, $4, $5, $6)`, row.tenant, row.id, row.displayName, row.locale, row.createTime, row.updateTime)
	return err
}

// insertHandle gives the handle to the customer unless somebody holds it, and answers who does now.
func insertHandle(ctx context.Context, tx *store.Tx, tenant, id string, h handleRow) (holder string, err error) {
	_, err = tx.Exec(ctx, `INSERT INTO handles (tenant, kind, blind, customer_id, position, value, assurance, link_time)
		VALUES ($1, $2, $3, $4, (SELECT COUNT(*) FROM handles WHERE tenant = $1 AND customer_id = $4), $5, $6, $7)
		ON CONFLICT (tenant, kind, blind) DO NOTHING`,
		tenant, int(h.kind), h.blind, id, h.value, int(h.assurance), h.linkTime)
	if err != nil {
		return "", err
	}
	return readHolder(ctx, tx, tenant, h.kind, h.blind)
}

// touch notes that the customer changed; customer.ErrNotFound when there is none.
func touch(ctx context.Context, tx *store.Tx, tenant, id string, at int64) error {
	n, err := tx.Changed(ctx, `UPDATE customers SET update_time = $3 WHERE tenant = $1 AND id = $2`, tenant, id, at)
	if err != nil {
		return err
	}
	if n == 0 {
		return customer.ErrNotFound
	}
	return nil
}

// insertHandles gives all of the handles to the customer, or fails with customer.ErrHandleTaken.
func insertHandles(ctx context.Context, tx *store.Tx, tenant, id string, handles []handleRow) error {
	for _, h := range handles {
		holder, err := insertHandle(ctx, tx, tenant, id, h)
		if err != nil {
			return err
		}
		if holder != id {
			return customer.ErrHandleTaken
		}
	}
	return nil
}

// nameNameless gives the sealed name to a customer who has none; nil changes nothing.
func nameNameless(ctx context.Context, tx *store.Tx, tenant, id string, name []byte) error {
	if name == nil {
		return nil
	}
	_, err := tx.Exec(ctx, `UPDATE customers SET display_name = $3 WHERE tenant = $1 AND id = $2 AND display_name IS NULL`,
		tenant, id, name)
	return err
}
