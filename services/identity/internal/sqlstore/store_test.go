package sqlstore_test

import (
	"bytes"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"

	"github.com/parleyhq/parley/mesh/clock"
	"github.com/parleyhq/parley/mesh/seal"
	"github.com/parleyhq/parley/mesh/seal/sealtest"
	"github.com/parleyhq/parley/mesh/store"
	"github.com/parleyhq/parley/mesh/store/storetest"
	"github.com/parleyhq/parley/mesh/timer"
	"github.com/parleyhq/parley/services/identity/internal/customer"
	"github.com/parleyhq/parley/services/identity/internal/customer/customertest"
	"github.com/parleyhq/parley/services/identity/internal/sqlstore"
)

func TestStore(t *testing.T) {
	storetest.Engines(t, func(t *testing.T, open func(testing.TB, string) *store.DB) {
		customertest.TestStore(t, func(t testing.TB) customer.Store {
			return newStore(t, open(t, "identity"), sealtest.New(t))
		})
	})
}

// Two channels see the same new person at once: one by WhatsApp id, one by the number that it stands for.
func TestResolveAtOnce(t *testing.T) {
	storetest.Engines(t, func(t *testing.T, open func(testing.TB, string) *store.DB) {
		registry := customer.NewRegistry(newStore(t, open(t, "identity"), sealtest.New(t)), clock.System)
		seen := []customer.Sighting{{Handle: handle(t, customer.WhatsAppID, "12125550101")}, {Handle: handle(t, customer.Phone, "+12125550101")}}
		ids, created := make([]string, 8), make([]bool, 8)
		var wait sync.WaitGroup
		for i := range ids {
			wait.Go(func() {
				c, isNew, err := registry.Resolve(t.Context(), "aurora", seen[i%len(seen)])
				if err != nil {
					t.Error(err)
				}
				ids[i], created[i] = c.ID, isNew
			})
		}
		wait.Wait()
		slices.Sort(ids)
		if ids = slices.Compact(ids); len(ids) != 1 {
			t.Errorf("one person became %v", ids)
		}
		if made := len(slices.DeleteFunc(created, func(isNew bool) bool { return !isNew })); made != 1 {
			t.Errorf("%d calls say that they made the customer", made)
		}
	})
}

// To erase a person is to destroy a key: nobody reads who they were, and nothing more is kept of them.
func TestErasedCustomer(t *testing.T) {
	keeper := sealtest.New(t)
	s := newStore(t, storetest.Open(t, "identity"), keeper)
	registry := customer.NewRegistry(s, clock.System)
	seen := customer.Sighting{Handle: handle(t, customer.Phone, "+12125550101")}
	c, _, err := registry.Resolve(t.Context(), "aurora", seen)
	if err != nil {
		t.Fatal(err)
	}
	if err := keeper.Destroy(t.Context(), seal.Customer(c.ID)); err != nil {
		t.Fatal(err)
	}
	if _, err := registry.Get(t.Context(), "aurora", c.ID); !errors.Is(err, customer.ErrNotFound) {
		t.Errorf("the erased customer was read: %v", err)
	}
	another := handle(t, customer.Phone, "+12125550102")
	if _, err := registry.Link(t.Context(), "aurora", c.ID, another, customer.AssuranceNone); !errors.Is(err, customer.ErrNotFound) {
		t.Errorf("the erased customer was given a handle: %v", err)
	}
}

// Whoever copies the files reads neither a name nor a number in them.
func TestNothingInClear(t *testing.T) {
	dir := t.TempDir()
	db, err := store.Open(t.Context(), "identity", store.Config{Engine: store.SQLite, Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	registry := customer.NewRegistry(newStore(t, db, sealtest.New(t)), clock.System)
	seen := customer.Sighting{Handle: handle(t, customer.Phone, "+12125550101"), DisplayName: "Daniel Reyes"}
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

func newStore(t testing.TB, db *store.DB, keeper *seal.Keeper) *sqlstore.Store {
	t.Helper()
	timers, err := timer.New(db, clock.System, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	s, err := sqlstore.New(t.Context(), db, keeper, timers, clock.System)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func handle(t testing.TB, kind customer.Kind, value string) customer.Handle {
	t.Helper()
	h, err := customer.NewHandle(kind, value)
	if err != nil {
		t.Fatal(err)
	}
	return h
}
