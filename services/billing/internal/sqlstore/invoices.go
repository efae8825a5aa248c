package sqlstore

import (
	"context"
	"errors"
	"fmt"

	"github.com/parleyhq/parley/mesh/idempotency"
	"github.com/parleyhq/parley/mesh/seal"
	"github.com/parleyhq/parley/mesh/store"
	"github.com/parleyhq/parley/services/billing/internal/invoice"
)

// Invoices is an invoice.Store, and so the invoice port of a tenant who has no books elsewhere.
type Invoices struct {
	db       *store.DB
	keeper   *seal.Keeper
	requests *idempotency.Requests
}

var _ invoice.Store = (*Invoices)(nil)

// NewInvoices in db, which is migrated.
func NewInvoices(db *store.DB, keeper *seal.Keeper, requests *idempotency.Requests) *Invoices {
	return &Invoices{db: db, keeper: keeper, requests: requests}
}

// Get implements invoice.Store. An invoice whose customer's key was destroyed is gone.
func (s *Invoices) Get(ctx context.Context, tenant, id string) (invoice.Invoice, error) {
	found, err := s.read(ctx, tenant, `id = $2`, id)
	if err != nil {
		return invoice.Invoice{}, fmt.Errorf("read invoice: %w", err)
	}
	if len(found) == 0 {
		return invoice.Invoice{}, invoice.ErrNotFound
	}
	return found[0], nil
}

// Numbered implements invoice.Store.
func (s *Invoices) Numbered(ctx context.Context, tenant string, numbers []string) (map[string]invoice.Invoice, error) {
	known := map[string]invoice.Invoice{}
	if len(numbers) == 0 {
		return known, nil
	}
	args := make([]any, len(numbers))
	for at, number := range numbers {
		args[at] = s.blind(tenant, number)
	}
	found, err := s.read(ctx, tenant, `number_blind IN (`+places(2, len(args))+`)`, args...)
	if err != nil {
		return nil, fmt.Errorf("read invoices by number: %w", err)
	}
	for _, i := range found {
		known[i.Number] = i
	}
	return known, nil
}

// List implements invoice.Store.
func (s *Invoices) List(
	ctx context.Context, tenant, customerID string, which invoice.Selection, limit int,
) ([]invoice.Invoice, error) {
	where, args := `customer_id = $2`, []any{customerID}
	bind := func(value any) string {
		args = append(args, value)
		return fmt.Sprintf("$%d", len(args)+1) // $1 is the tenant
	}
	if which.Currency != "" {
		where += ` AND currency = ` + bind(which.Currency)
	}
	if before := which.Before; before != (invoice.Position{}) {
		where += ` AND (issued, id) < (` + bind(before.Issued.String()) + `, ` + bind(before.ID) + `)`
	}
	where += ` ORDER BY issued DESC, id DESC LIMIT ` + bind(limit)
	found, err := s.read(ctx, tenant, where, args...)
	if err != nil {
		return nil, fmt.Errorf("list invoices: %w", err)
	}
	return found, nil
}

// Add implements invoice.Store. Everything is sealed before the write, since sealing does I/O.
func (s *Invoices) Add(ctx context.Context, tenant string, invoices []invoice.Invoice) error {
	rows := make([]row, len(invoices))
	for at, i := range invoices {
		var err error
		if rows[at], err = s.seal(ctx, tenant, i); err != nil {
			return fmt.Errorf("add invoices: %w", err)
		}
	}
	err := s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		for _, r := range rows {
			if err := insert(ctx, tx, r); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("add invoices: %w", err)
	}
	return nil
}

// read opens the invoices of the tenant that match.
func (s *Invoices) read(ctx context.Context, tenant, where string, args ...any) ([]invoice.Invoice, error) {
	rows, err := invoiceRows(ctx, s.db, tenant, where, args...)
	if err != nil {
		return nil, err
	}
	var invoices []invoice.Invoice
	for _, r := range rows {
		i, err := s.open(ctx, r)
		if errors.Is(err, seal.ErrDestroyed) {
			continue
		}
		if err != nil {
			return nil, err
		}
		invoices = append(invoices, i)
	}
	return invoices, nil
}
