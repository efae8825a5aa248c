package sqlstore

import (
	"context"
	"errors"
	"fmt"

	"github.com/parleyhq/parley/mesh/idempotency"
	"github.com/parleyhq/parley/mesh/seal"
	"github.com/parleyhq/parley/mesh/store"
	"github.com/parleyhq/parley/services/billing/internal/invoice"
	"github.com/parleyhq/parley/services/billing/internal/once"
	"google.golang.org/protobuf/types/known/wrapperspb"
)

const adjustmentColumns = `kind, customer_id, dispute_id, dispute_number, currency, amount, create_time`

// scanAdjustment reads the adjustmentColumns, and into `before` what stands before them.
func scanAdjustment(r store.Row, before ...any) (a invoice.Adjustment, err error) {
	var created int64
	err = r.Scan(append(before, &a.Kind, &a.CustomerID, &a.DisputeID, &a.DisputeNumber, &a.Currency, &a.Amount, &created)...)
	a.CreateTime = store.Time(created)
	return a, err
}

// Adjust implements invoice.Books.
func (s *Invoices) Adjust(ctx context.Context, tx *store.Tx, tenant string, a invoice.Adjustment) error {
	inserted, err := tx.Changed(ctx, `INSERT INTO adjustments (tenant, reference, `+adjustmentColumns+`, invoice_id)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, '') ON CONFLICT (tenant, reference) DO NOTHING`, tenant, a.Reference(),
		int(a.Kind), a.CustomerID, a.DisputeID, a.DisputeNumber, a.Currency, a.Amount, store.Micros(a.CreateTime))
	if err != nil {
		return fmt.Errorf("keep adjustment %s: %w", a.Reference(), err)
	}
	if inserted == 1 {
		return nil
	}
	known, err := scanAdjustment(tx.QueryRow(ctx, `SELECT `+adjustmentColumns+` FROM adjustments
		WHERE tenant = $1 AND reference = $2`, tenant, a.Reference()))
	if err != nil {
		return fmt.Errorf("read adjustment %s: %w", a.Reference(), err)
	}
	if !a.Same(known) {
		return invoice.ErrReferenceTaken
	}
	return nil
}

// Billed implements invoice.Books.
func (s *Invoices) Billed(ctx context.Context, tenant string, references []string) (map[string]string, error) {
	billed := map[string]string{}
	if len(references) == 0 {
		return billed, nil
	}
	args := []any{tenant}
	for _, reference := range references {
		args = append(args, reference)
	}
	rows, err := s.db.Query(ctx, `SELECT reference, invoice_id FROM adjustments
		WHERE tenant = $1 AND invoice_id <> '' AND reference IN (`+places(2, len(references))+`)`, args...)
	if err != nil {
		return nil, fmt.Errorf("find invoices of adjustments: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var reference, invoiceID string
		if err := rows.Scan(&reference, &invoiceID); err != nil {
			return nil, fmt.Errorf("find invoices of adjustments: %w", err)
		}
		billed[reference] = invoiceID
	}
	return billed, rows.Err()
}

// Pending implements invoice.Store.
func (s *Invoices) Pending(
	ctx context.Context, tenant, customerID, currency string, limit int,
) ([]invoice.Adjustment, error) {
	pending, err := store.All(ctx, s.db, func(r store.Row) (invoice.Adjustment, error) { return scanAdjustment(r) }, `SELECT `+adjustmentColumns+` FROM adjustments
		WHERE tenant = $1 AND customer_id = $2 AND invoice_id = '' AND (currency = $3 OR $3 = '')
		ORDER BY create_time, reference LIMIT $4`, tenant, customerID, currency, limit)
	if err != nil {
		return nil, fmt.Errorf("list pending adjustments: %w", err)
	}
	return pending, nil
}

// Issue implements invoice.Store. The invoice is sealed before the write, since sealing does I/O.
func (s *Invoices) Issue(
	ctx context.Context, request once.Request, tenant string, i invoice.Invoice, carried []invoice.Adjustment,
) (id string, err error) {
	r, err := s.seal(ctx, tenant, i)
	if errors.Is(err, seal.ErrDestroyed) {
		return "", invoice.ErrCustomerErased
	}
	if err != nil {
		return "", fmt.Errorf("issue an invoice: %w", err)
	}
	err = s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		id, err = runOnce(ctx, s.requests, tx, request, func() (string, error) {
			if err := insert(ctx, tx, r); err != nil {
				return "", err
			}
			return i.ID, carry(ctx, tx, tenant, i.ID, carried)
		})
		return err
	})
	if err != nil {
		return "", fmt.Errorf("issue an invoice: %w", err)
	}
	return id, nil
}

// carry marks the adjustments, each once for ever.
func carry(ctx context.Context, tx *store.Tx, tenant, invoiceID string, carried []invoice.Adjustment) error {
	for _, a := range carried {
		marked, err := tx.Changed(ctx, `UPDATE adjustments SET invoice_id = $3
			WHERE tenant = $1 AND reference = $2 AND invoice_id = ''`, tenant, a.Reference(), invoiceID)
		if err != nil {
			return err
		}
		if marked != 1 {
			return invoice.ErrPendingChanged
		}
	}
	return nil
}

func runOnce(
	ctx context.Context, requests *idempotency.Requests, tx *store.Tx, r once.Request, do func() (string, error),
) (string, error) {
	return requests.Once(ctx, tx, r.Method, r.ID, wrapperspb.Bytes(r.Payload), do)
}
