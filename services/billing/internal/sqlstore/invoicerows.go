package sqlstore

import (
	"context"

	"github.com/parleyhq/parley/mesh/store"
	"github.com/parleyhq/parley/services/billing/internal/invoice"
)

// row is an invoice as it stands in the tables.
type row struct {
	tenant, id, customerID   string
	numberBlind, words       []byte
	currency                 string
	periodStart, issued, due string
	total, createTime        int64
	lines                    []lineRow
}

type lineRow struct {
	id, product string
	amount      int64
}

// invoiceRows reads the tenant's invoices that match, lines included. The condition begins to count its arguments at $2.
func invoiceRows(ctx context.Context, q store.Querier, tenant, where string, args ...any) ([]row, error) {
	rows, err := store.All(ctx, q, func(found store.Row) (r row, err error) {
		err = found.Scan(&r.tenant, &r.id, &r.customerID, &r.numberBlind, &r.words, &r.currency, &r.periodStart, &r.issued,
			&r.due, &r.total, &r.createTime)
		return r, err
	}, `SELECT tenant, id, customer_id, number_blind, words, currency, period_start, issued, due,
		total, create_time FROM invoices WHERE tenant = $1 AND `+where, append([]any{tenant}, args...)...)
	if err != nil {
		return nil, err
	}
	return rows, queryLines(ctx, q, tenant, rows)
}

// queryLines adds their lines to the invoices.
func queryLines(ctx context.Context, q store.Querier, tenant string, rows []row) error {
	if len(rows) == 0 {
		return nil
	}
	byID, args := map[string]*row{}, []any{tenant}
	for at := range rows {
		byID[rows[at].id] = &rows[at]
		args = append(args, rows[at].id)
	}
	found, err := q.Query(ctx, `SELECT invoice_id, id, product, amount FROM invoice_lines
		WHERE tenant = $1 AND invoice_id IN (`+places(2, len(rows))+`) ORDER BY invoice_id, position`, args...)
	if err != nil {
		return err
	}
	defer found.Close()
	for found.Next() {
		var invoiceID string
		var line lineRow
		if err := found.Scan(&invoiceID, &line.id, &line.product, &line.amount); err != nil {
			return err
		}
		byID[invoiceID].lines = append(byID[invoiceID].lines, line)
	}
	return found.Err()
}

// insert adds an invoice, or fails with invoice.ErrNumberTaken.
func insert(ctx context.Context, tx *store.Tx, r row) error {
	inserted, err := tx.Changed(ctx, `INSERT INTO invoices (tenant, id, customer_id, number_blind, words, currency, period_start,
		issued, due, total, create_time) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
		ON CONFLICT (tenant, number_blind) DO NOTHING`, r.tenant, r.id, r.customerID, r.numberBlind, r.words, r.currency,
		r.periodStart, r.issued, r.due, r.total, r.createTime)
	if err != nil {
		return err
	}
	if inserted == 0 {
		return invoice.ErrNumberTaken
	}
	for position, line := range r.lines {
		_, err := tx.Exec(ctx, `INSERT INTO invoice_lines (tenant, invoice_id, position, id, product, amount)
			VALUES ($1, $2, $3, $4, $5, $6)`, r.tenant, r.id, position, line.id, line.product, line.amount)
		if err != nil {
			return err
		}
	}
	return nil
}
