package store_test

import (
	"context"
	"errors"
	"slices"
	"testing"

	"github.com/parleyhq/parley/mesh/store"
	"github.com/parleyhq/parley/mesh/store/storetest"
)

func TestRowsAreReadAndCounted(t *testing.T) {
	storetest.Engines(t, func(t *testing.T, open func(testing.TB, string) *store.DB) {
		db := shop(t, open)
		for _, name := range []string{"ana", "ben"} {
			must(t, db.Write(t.Context(), insert(name, 1)))
		}
		const query = `SELECT name FROM accounts WHERE amount = $1 ORDER BY name`
		if names, err := store.All(t.Context(), db, store.Text, query, 1); err != nil || !slices.Equal(names, []string{"ana", "ben"}) {
			t.Errorf("read %q, %v", names, err)
		}
		if names, err := store.All(t.Context(), db, store.Text, query, 2); err != nil || len(names) != 0 {
			t.Errorf("of nobody: read %q, %v", names, err)
		}
		unreadable := errors.New("unreadable")
		_, err := store.All(t.Context(), db, func(store.Row) (string, error) { return "", unreadable }, query, 1)
		if !errors.Is(err, unreadable) {
			t.Errorf("a row that cannot be read: %v", err)
		}
		must(t, db.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error {
			if n, err := tx.Changed(ctx, `UPDATE accounts SET amount = amount + 1`); err != nil || n != 2 {
				t.Errorf("changed %d rows, %v", n, err)
			}
			return nil
		}))
	})
}
