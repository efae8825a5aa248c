package sqlstore_test

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/parleyhq/parley/mesh/clock"
	"github.com/parleyhq/parley/mesh/seal/sealtest"
	"github.com/parleyhq/parley/mesh/store"
	"github.com/parleyhq/parley/mesh/store/storetest"
	"github.com/parleyhq/parley/services/identity/internal/customer"
	"github.com/parleyhq/parley/services/identity/internal/customer/customertest"
	"github.com/parleyhq/parley/services/identity/internal/sqlstore"
)

func TestStore(t *testing.T) {
	storetest.Engines(t, func(t *testing.T, open func(testing.TB, string) *store.DB) {
		customertest.TestStore(t, func(t testing.TB) customer.Store {
			s, err := sqlstore.New(t.Context(), open(t, "identity"), sealtest.New(t), clock.System)
			if err != nil {
				t.Fatal(err)
			}
			return s
		})
	})
}

// Whoever copies the files reads neither a name nor a number in them.
func TestNothingInClear(t *testing.T) {
	dir := t.TempDir()
	db, err := store.Open(t.Context(), "identity", store.Config{Engine: store.SQLite, Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	s, err := sqlstore.New(t.Context(), db, sealtest.New(t), clock.System)
	if err != nil {
		t.Fatal(err)
	}
	registry := customer.NewRegistry(s, clock.System)
	phone, err := customer.NewHandle(customer.Phone, "+12125550101")
	if err != nil {
		t.Fatal(err)
	}
	seen := customer.Sighting{Handle: phone, DisplayName: "Daniel Reyes"}
	if _, _, err := registry.Resolve(t.Context(), "aurora", seen); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no files to look at: %v", err)
	}
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, secret := range []string{"Daniel", "Reyes", "2125550101"} {
			if bytes.Contains(content, []byte(secret)) {
				t.Errorf("%q stands in %s", secret, filepath.Base(file))
			}
		}
	}
}
