package sqlstore

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/parleyhq/parley/mesh/store"
	"github.com/parleyhq/parley/services/billing/internal/audit"
	"github.com/parleyhq/parley/services/billing/internal/ledger"
)

// Audit is an audit.Store. It reads within transactions, so that it sees each dispute as of one moment.
type Audit struct{ db *store.DB }

var _ audit.Store = (*Audit)(nil)

// NewAudit of db, which is migrated.
func NewAudit(db *store.DB) *Audit { return &Audit{db: db} }

// Files implements audit.Store.
func (s *Audit) Files(ctx context.Context, tenant, after string, limit int) (files []audit.File, err error) {
	err = s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		files, err = readFiles(ctx, tx, tenant, after, limit)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read the files of disputes: %w", err)
	}
	return files, nil
}

func readFiles(ctx context.Context, tx *store.Tx, tenant, after string, limit int) ([]audit.File, error) {
	// Whatever is kept under an id counts, also when the dispute itself is not there.
	ids, err := store.All(ctx, tx, store.Text, `SELECT id FROM (SELECT id FROM disputes WHERE tenant = $1 AND id > $2 ORDER BY id LIMIT $3) AS a
		UNION SELECT dispute_id FROM (SELECT dispute_id FROM ledger_transactions WHERE tenant = $1 AND dispute_id > $2
			ORDER BY dispute_id LIMIT $3) AS b
		UNION SELECT dispute_id FROM (SELECT dispute_id FROM adjustments WHERE tenant = $1 AND dispute_id > $2
			ORDER BY dispute_id LIMIT $3) AS c
		ORDER BY 1 LIMIT $3`, tenant, after, limit)
	if err != nil || len(ids) == 0 {
		return nil, err
	}
	files := make([]audit.File, len(ids))
	byID, args := map[string]*audit.File{}, []any{tenant}
	for at, id := range ids {
		files[at].DisputeID = id
		byID[id] = &files[at]
		args = append(args, id)
	}
	in := `(` + places(2, len(ids)) + `)`
	if err := addDisputes(ctx, tx, tenant, byID, `id IN `+in, args[1:]); err != nil {
		return nil, err
	}
	if err := addPosted(ctx, tx, byID, in, args); err != nil {
		return nil, err
	}
	return files, addAdjusted(ctx, tx, byID, in, args)
}

func addDisputes(
	ctx context.Context, tx *store.Tx, tenant string, byID map[string]*audit.File, where string, args []any,
) error {
	disputes, err := disputeReader{tx}.disputes(ctx, tenant, where, args...)
	for at := range disputes {
		byID[disputes[at].ID].Dispute = &disputes[at]
	}
	return err
}

func addPosted(ctx context.Context, tx *store.Tx, byID map[string]*audit.File, in string, args []any) error {
	rows, err := tx.Query(ctx, `SELECT t.id, t.kind, t.dispute_id, t.customer_id, t.currency, t.post_time, e.account, e.amount
		FROM ledger_transactions t LEFT JOIN ledger_entries e ON e.tenant = t.tenant AND e.transaction_id = t.id
		WHERE t.tenant = $1 AND t.dispute_id IN `+in+` ORDER BY t.post_time, t.id, e.position`, args...)
	if err != nil {
		return err
	}
	posted, err := scanTransactions(rows)
	for _, t := range posted {
		byID[t.DisputeID].Posted = append(byID[t.DisputeID].Posted, t)
	}
	return err
}

func addAdjusted(ctx context.Context, tx *store.Tx, byID map[string]*audit.File, in string, args []any) error {
	adjusted, err := store.All(ctx, tx, scanAdjusted, `SELECT reference, invoice_id, `+adjustmentColumns+` FROM adjustments
		WHERE tenant = $1 AND dispute_id IN `+in+` ORDER BY reference`, args...)
	if err != nil || len(adjusted) == 0 {
		return err
	}
	lines, err := billedLines(ctx, tx, args[0], adjusted)
	for _, a := range adjusted {
		a.Lines = lines[a.Line().ID]
		byID[a.DisputeID].Adjusted = append(byID[a.DisputeID].Adjusted, a)
	}
	return err
}

func scanAdjusted(r store.Row) (a audit.Adjusted, err error) {
	a.Adjustment, err = scanAdjustment(r, &a.Reference, &a.InvoiceID)
	return a, err
}

// billedLines finds the lines of all invoices that are these adjustments, by their id.
func billedLines(
	ctx context.Context, tx *store.Tx, tenant any, adjusted []audit.Adjusted,
) (map[string][]audit.BilledLine, error) {
	args := []any{tenant}
	for _, a := range adjusted {
		args = append(args, a.Line().ID)
	}
	rows, err := tx.Query(ctx, `SELECT id, invoice_id, amount FROM invoice_lines WHERE tenant = $1
		AND product IN ('dispute-credit', 'dispute-reversal') AND id IN (`+places(2, len(adjusted))+`)`, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	lines := map[string][]audit.BilledLine{}
	for rows.Next() {
		var id string
		var line audit.BilledLine
		if err := rows.Scan(&id, &line.InvoiceID, &line.Amount); err != nil {
			return nil, err
		}
		lines[id] = append(lines[id], line)
	}
	return lines, rows.Err()
}

// Balances implements audit.Store.
func (s *Audit) Balances(ctx context.Context, tenant string) (balances []audit.Balance, strays []string, err error) {
	err = s.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		balances, err = store.All(ctx, tx, scanBalance, `SELECT e.account, t.currency, CAST(SUM(e.amount) AS BIGINT) FROM ledger_entries e
			JOIN ledger_transactions t ON t.tenant = e.tenant AND t.id = e.transaction_id
			WHERE e.tenant = $1 GROUP BY e.account, t.currency ORDER BY t.currency, e.account`, tenant)
		if err != nil {
			return err
		}
		strays, err = store.All(ctx, tx, store.Text, `SELECT DISTINCT e.transaction_id FROM ledger_entries e
			LEFT JOIN ledger_transactions t ON t.tenant = e.tenant AND t.id = e.transaction_id
			WHERE e.tenant = $1 AND t.id IS NULL ORDER BY e.transaction_id LIMIT $2`, tenant, audit.MaxMismatches)
		return err
	})
	if err != nil {
		return nil, nil, fmt.Errorf("sum up the ledger: %w", err)
	}
	return balances, strays, nil
}

func scanBalance(r store.Row) (b audit.Balance, err error) {
	err = r.Scan(&b.Account, &b.Currency, &b.Amount)
	return b, err
}

// scanTransactions reads entries, those of a transaction one after the other. One without entries has a row without them.
func scanTransactions(rows *sql.Rows) ([]ledger.Transaction, error) {
	defer rows.Close()
	var all []ledger.Transaction
	for rows.Next() {
		var t ledger.Transaction
		var posted int64
		var account, amount sql.NullInt64
		err := rows.Scan(&t.ID, &t.Kind, &t.DisputeID, &t.CustomerID, &t.Currency, &posted, &account, &amount)
		if err != nil {
			return nil, err
		}
		t.PostTime = store.Time(posted)
		if len(all) == 0 || all[len(all)-1].ID != t.ID {
			all = append(all, t)
		}
		if last := &all[len(all)-1]; account.Valid {
			last.Entries = append(last.Entries, ledger.Entry{Account: ledger.Account(account.Int64), Amount: amount.Int64})
		}
	}
	return all, rows.Err()
}
