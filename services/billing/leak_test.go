package billing_test

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/parleyhq/parley/mesh/store"
)

// Whoever copies the files reads neither what a customer said about a bill nor why it was decided so.
func TestNothingInClear(t *testing.T) {
	dir := t.TempDir()
	w := startOn(t, func(t testing.TB, name string) *store.DB {
		db, err := store.Open(t.Context(), name, store.Config{Engine: store.SQLite, Dir: dir})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = db.Close() })
		return db
	})
	daniel, invoice := w.daniel(t)
	req := ask(daniel, invoice, bundle)
	req.Reason = "My grandmother never ordered that"
	res, err := w.disputes.OpenDispute(as(t, daniel), req)
	if err != nil {
		t.Fatal(err)
	}
	w.issues(t, daniel, "AUR-SECRET", 3)
	w.decides(t, reject(res.GetDispute(), "Her set-top box did"))
	files, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no files to look at: %v", err)
	}
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Contains(content, []byte(res.GetDispute().GetId())) && filepath.Ext(file) == ".db-wal" {
			t.Errorf("%s has no dispute: this test looks in the wrong place", filepath.Base(file))
		}
		for _, secret := range []string{"grandmother", "set-top box", "AUR-SECRET", "Pay-per-view bundle", res.GetDispute().GetInvoiceNumber()} {
			if bytes.Contains(content, []byte(secret)) {
				t.Errorf("%q stands in %s", secret, filepath.Base(file))
			}
		}
	}
}
