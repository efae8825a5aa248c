// Package sqlstore keeps invoices, disputes and their ledger in portable SQL. Amounts, dates, states and product codes
// stand in it in clear; what is written on an invoice or said about a dispute is sealed under the customer's own key, and an
// invoice's number is found by a keyed hash.
package sqlstore

import (
	"context"
	"embed"
	"fmt"
	"io/fs"
	"strings"

	"github.com/parleyhq/parley/mesh/store"
)

//go:embed migrations/*.sql guards
var files embed.FS

// Migrate makes the tables in db. Triggers refuse to change or delete what was posted or happened; they are the one thing
// here that each engine wants said in its own way.
func Migrate(ctx context.Context, db *store.DB) error {
	for _, part := range []struct{ component, folder string }{
		{"invoices", "migrations"}, {"guards", "guards/" + string(db.Engine())},
	} {
		folder, err := fs.Sub(files, part.folder)
		if err != nil {
			return err
		}
		if err := db.Migrate(ctx, part.component, folder); err != nil {
			return fmt.Errorf("migrate %s: %w", part.component, err)
		}
	}
	return nil
}

// places are parameters of a list, counted from the first: `$3,$4`.
func places(first, n int) string {
	list := make([]string, n)
	for i := range list {
		list[i] = fmt.Sprintf("$%d", first+i)
	}
	return strings.Join(list, ",")
}

// affected is how many rows a statement changed.
func affected(ctx context.Context, tx *store.Tx, statement string, args ...any) (int64, error) {
	result, err := tx.Exec(ctx, statement, args...)
	if err != nil {
		return 0, err
	}
	return result.RowsAffected()
}

// query reads rows, each by scan, which is given what reads the columns of one.
func query[T any](
	ctx context.Context, q store.Querier, scan func(row func(dest ...any) error) (T, error), statement string, args ...any,
) (all []T, err error) {
	rows, err := q.Query(ctx, statement, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		t, err := scan(rows.Scan)
		if err != nil {
			return nil, err
		}
		all = append(all, t)
	}
	return all, rows.Err()
}

func scanText(row func(dest ...any) error) (text string, err error) { return text, row(&text) }
