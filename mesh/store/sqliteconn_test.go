package store_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/parleyhq/parley/mesh/store"
	"github.com/parleyhq/parley/mesh/store/storetest"
)

func TestRowsUnderWayOutliveWhatElseTheClosureAsks(t *testing.T) {
	db := shop(t, storetest.Open)
	must(t, db.Write(t.Context(), insert("a", 1)))
	must(t, db.Write(t.Context(), insert("b", 2)))
	others := map[string]func(context.Context, *store.Tx, int) error{
		"the same query": func(ctx context.Context, tx *store.Tx, _ int) error {
			rows, err := tx.Query(ctx, `SELECT name FROM accounts ORDER BY name`)
			if err != nil {
				return err
			}
			return rows.Close()
		},
		"more statements than are kept prepared": func(ctx context.Context, tx *store.Tx, row int) error {
			for i := range 600 {
				if _, err := tx.Exec(ctx, fmt.Sprintf(`UPDATE accounts SET amount = %d WHERE name = 'c'`, row*1000+i)); err != nil {
					return err
				}
			}
			return nil
		},
	}
	for name, other := range others {
		t.Run(name, func(t *testing.T) {
			must(t, db.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error {
				rows, err := tx.Query(ctx, `SELECT name FROM accounts ORDER BY name`)
				if err != nil {
					return err
				}
				defer func() { _ = rows.Close() }()
				seen := 0
				for ; rows.Next(); seen++ {
					if err := other(ctx, tx, seen); err != nil {
						return err
					}
				}
				if seen != 2 {
					t.Errorf("%d rows, want 2", seen)
				}
				return rows.Err()
			}))
		})
	}
}
