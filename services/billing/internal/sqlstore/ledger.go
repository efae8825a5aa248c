package sqlstore

import (
	"context"
	"fmt"

	"github.com/parleyhq/parley/mesh/store"
	"github.com/parleyhq/parley/services/billing/internal/dispute"
	"github.com/parleyhq/parley/services/billing/internal/ledger"
)

// Post implements dispute.Tx.
func (t *disputeTx) Post(ctx context.Context, tenant string, x ledger.Transaction) error {
	if err := x.Validate(); err != nil {
		return fmt.Errorf("post %s: %w", x.ID, err)
	}
	posted, err := t.tx.Changed(ctx, `INSERT INTO ledger_transactions (tenant, id, dispute_id, customer_id, kind, step,
		currency, post_time) VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (tenant, dispute_id, step) DO NOTHING`,
		tenant, x.ID, x.DisputeID, x.CustomerID, int(x.Kind), x.Kind.Step(), x.Currency, store.Micros(x.PostTime))
	if err != nil {
		return fmt.Errorf("post %s: %w", x.ID, err)
	}
	if posted == 0 {
		return dispute.ErrPosted
	}
	for at, e := range x.Entries {
		_, err := t.tx.Exec(ctx, `INSERT INTO ledger_entries (tenant, transaction_id, position, account, amount)
			VALUES ($1, $2, $3, $4, $5)`, tenant, x.ID, at+1, int(e.Account), e.Amount)
		if err != nil {
			return fmt.Errorf("post %s: %w", x.ID, err)
		}
	}
	return nil
}

// Transactions implements dispute.Reader.
func (r disputeReader) Transactions(
	ctx context.Context, tenant string, which dispute.Postings, limit int,
) ([]ledger.Transaction, error) {
	column, id := `dispute_id`, which.DisputeID
	if id == "" {
		column, id = `customer_id`, which.CustomerID
	}
	where, args := `tenant = $1 AND `+column+` = $2`, []any{tenant, id, limit}
	if which.After != (dispute.Mark{}) {
		where += ` AND (post_time, id) > ($4, $5)`
		args = append(args, store.Micros(which.After.Time), which.After.ID)
	}
	// The limit is on transactions, each with all of its entries.
	rows, err := r.q.Query(ctx, `SELECT t.id, t.kind, t.dispute_id, t.customer_id, t.currency, t.post_time, e.account, e.amount
		FROM (SELECT * FROM ledger_transactions WHERE `+where+` ORDER BY post_time, id LIMIT $3) AS t
		JOIN ledger_entries e ON e.tenant = t.tenant AND e.transaction_id = t.id
		ORDER BY t.post_time, t.id, e.position`, args...)
	if err != nil {
		return nil, fmt.Errorf("list what was posted: %w", err)
	}
	transactions, err := scanTransactions(rows)
	if err != nil {
		return nil, fmt.Errorf("list what was posted: %w", err)
	}
	return transactions, nil
}
