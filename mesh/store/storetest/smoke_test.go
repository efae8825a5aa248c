package storetest

import (
	"context"
	"testing"
	"testing/fstest"

	"github.com/parleyhq/parley/mesh/store"
)

func TestSmoke(t *testing.T) {
	Engines(t, func(t *testing.T, open func(t testing.TB, name string) *store.DB) {
		db := open(t, "demo")
		err := db.Migrate(t.Context(), "demo", fstest.MapFS{"0001_rows.sql": {Data: []byte("-- +goose Up\nCREATE TABLE rows (id TEXT PRIMARY KEY, data BYTEA, flag BOOLEAN NOT NULL);")}})
		if err != nil {
			t.Fatal(err)
		}
		err = db.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error {
			_, err := tx.Exec(ctx, `INSERT INTO rows (id, data, flag) VALUES ($1, $2, $3)`, "a", []byte{1}, true)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		again := open(t, "demo")
		var id string
		var flag bool
		if err := again.QueryRow(t.Context(), `SELECT id, flag FROM rows WHERE id = $1 AND flag = $2`, "a", true).Scan(&id, &flag); err != nil || !flag {
			t.Fatal(err)
		}
	})
}
