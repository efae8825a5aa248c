package store_test

import (
	"context"
	"testing"

	"github.com/parleyhq/parley/mesh/store"
)

func TestTextGuardsOfBeforeAreGoneWhereNoneAreWanted(t *testing.T) {
	cfg := store.Config{Engine: store.SQLite, Dir: t.TempDir()}
	for _, cfg.TextGuards = range []bool{true, false} {
		db, err := store.Open(t.Context(), "shop", cfg)
		must(t, err)
		must(t, db.Migrate(t.Context(), "shop", migration(`CREATE TABLE notes (words TEXT);`)))
		err = db.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error {
			_, err := tx.Exec(ctx, `INSERT INTO notes (words) VALUES ($1)`, []byte("bytes"))
			return err
		})
		if refused := err != nil; refused != cfg.TextGuards {
			t.Errorf("guarded: %t, and a []byte for a text was answered with: %v", cfg.TextGuards, err)
		}
		must(t, db.Close())
	}
}
