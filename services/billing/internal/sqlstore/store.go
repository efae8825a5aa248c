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
