package sqlstore_test

import (
	"bytes"
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/uuid"
	"github.com/parleyhq/parley/mesh/clock"
	"github.com/parleyhq/parley/mesh/idempotency"
	"github.com/parleyhq/parley/mesh/seal"
	"github.com/parleyhq/parley/mesh/seal/sealtest"
	"github.com/parleyhq/parley/mesh/store"
	"github.com/parleyhq/parley/mesh/store/storetest"
	"github.com/parleyhq/parley/mesh/timer"
	"github.com/parleyhq/parley/services/billing/internal/calendar"
	"github.com/parleyhq/parley/services/billing/internal/invoice"
	"github.com/parleyhq/parley/services/billing/internal/invoice/invoicetest"
	"github.com/parleyhq/parley/services/billing/internal/once"
	"github.com/parleyhq/parley/services/billing/internal/sqlstore"
)

func TestStore(t *testing.T) {
	storetest.Engines(t, func(t *testing.T, open func(testing.TB, string) *store.DB) {
		invoicetest.TestStore(t, func(t testing.TB) (invoice.Store, *store.DB) {
			db := open(t, "billing")
			return newInvoices(t, db, sealtest.New(t)), db
		})
	})
}

// Parley's own store is the invoice port of a tenant who has no books elsewhere.
func TestBooks(t *testing.T) {
	storetest.Engines(t, func(t *testing.T, open func(testing.TB, string) *store.DB) {
		invoicetest.TestBooks(t, func(t testing.TB) invoicetest.Shelf {
			db := open(t, "billing")
			s := newInvoices(t, db, sealtest.New(t))
			return invoicetest.Shelf{
				Books: s, DB: db,
				Keep: func(ctx context.Context, tenant string, i invoice.Invoice) error {
					return s.Add(ctx, tenant, []invoice.Invoice{i})
				},
				Bill: func(ctx context.Context, tenant string, i invoice.Invoice) (invoice.Invoice, error) {
					request := once.Request{Method: "issue", ID: uuid.NewString()}
					return invoice.NewRegistry(s, clock.System, 12).Issue(ctx, request, tenant, i.CustomerID, i)
				},
			}
		})
	})
}

// Whoever copies the files reads neither what was bought nor an invoice's number in them.
func TestNothingInClear(t *testing.T) {
	dir := t.TempDir()
	db, err := store.Open(t.Context(), "billing", store.Config{Engine: store.SQLite, Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	importFilm(t, newInvoices(t, db, sealtest.New(t)))
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
		for _, secret := range []string{"Late night film", "AUR-2026-03"} {
			if bytes.Contains(content, []byte(secret)) {
				t.Errorf("%q stands in %s", secret, filepath.Base(file))
			}
		}
	}
}

// To erase a person is to destroy a key: nobody reads the invoices any more.
func TestErasedCustomer(t *testing.T) {
	keeper := sealtest.New(t)
	s := newInvoices(t, storetest.Open(t, "billing"), keeper)
	i := importFilm(t, s)
	if err := keeper.Destroy(t.Context(), seal.Customer(i.CustomerID)); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Get(t.Context(), "aurora", i.ID); err == nil {
		t.Error("the invoice of an erased customer was read")
	}
	left, err := s.List(t.Context(), "aurora", i.CustomerID, invoice.Selection{}, 10)
	if err != nil || len(left) != 0 {
		t.Errorf("an erased customer has %d invoices, %v", len(left), err)
	}
}

func newInvoices(t testing.TB, db *store.DB, keeper *seal.Keeper) *sqlstore.Invoices {
	t.Helper()
	return sqlstore.NewInvoices(db, keeper, migrated(t, db))
}

// migrated gives the request ids of a store whose tables are there.
func migrated(t testing.TB, db *store.DB) *idempotency.Requests {
	t.Helper()
	if err := sqlstore.Migrate(t.Context(), db); err != nil {
		t.Fatal(err)
	}
	timers, err := timer.New(db, clock.System, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	requests, err := idempotency.New(db, timers, clock.System)
	if err != nil {
		t.Fatal(err)
	}
	return requests
}

func importFilm(t testing.TB, s invoice.Store) invoice.Invoice {
	t.Helper()
	kept, err := invoice.NewRegistry(s, clock.System, 12).Import(t.Context(), "aurora", "customer_film", []invoice.Invoice{{
		Number: "AUR-2026-03", Currency: "USD", Total: 4_99,
		PeriodStart: calendar.Date{Year: 2026, Month: 3, Day: 1},
		Issued:      calendar.Date{Year: 2026, Month: 3, Day: 5},
		Lines:       []invoice.Line{{Product: "film", Description: "Late night film", Amount: 4_99}},
	}})
	if err != nil {
		t.Fatal(err)
	}
	return kept[0]
}
