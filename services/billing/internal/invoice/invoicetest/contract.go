// Package invoicetest is the contract of invoice.Store: every store passes it.
package invoicetest

import (
	"errors"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/parleyhq/parley/mesh/store"
	"github.com/parleyhq/parley/mesh/typeid"
	"github.com/parleyhq/parley/services/billing/internal/calendar"
	"github.com/parleyhq/parley/services/billing/internal/invoice"
)

const (
	tenant, neighbour = "aurora", "borealis"
	daniel, ana       = "customer_daniel", "customer_ana"
)

// TestStore runs the contract, each case on a store of its own; db is where the store's tables are. A store is Books, too:
// it passes TestBooks beside it.
func TestStore(t *testing.T, open func(testing.TB) (s invoice.Store, db *store.DB)) {
	cases := []struct {
		name string
		run  func(*testing.T, invoice.Store)
	}{
		{"an invoice is read as it was added", testAdd},
		{"an invoice without lines and due date", testBare},
		{"nothing is found by an unknown id, number or customer", testUnknown},
		{"a number is used once, and who comes second leaves nothing behind", testTaken},
		{"of many who add one number at once, one does", testRace},
		{"invoices are listed newest first, page by page", testList},
		{"earlier invoices of one currency", testEarlier},
		{"tenants do not see each other", testTenants},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			s, _ := open(t)
			c.run(t, s)
		})
	}
	testIssuing(t, open)
}

func testAdd(t *testing.T, s invoice.Store) {
	want := bill("AUR-1", daniel, 3)
	want.Due = calendar.Date{Year: 2026, Month: 3, Day: 20}
	want.Lines = append(want.Lines, invoice.Line{ID: "2", Product: "credit", Description: "Sorry, 日本語", Amount: -5_00})
	want.Total -= 5_00
	add(t, s, want)
	got, err := s.Get(t.Context(), tenant, want.ID)
	if err != nil {
		t.Fatal(err)
	}
	if !got.Same(want) || got.ID != want.ID || !got.CreateTime.Equal(want.CreateTime) {
		t.Errorf("got %+v, want %+v", got, want)
	}
	known, err := s.Numbered(t.Context(), tenant, []string{"AUR-2", "AUR-1"})
	if err != nil || len(known) != 1 || !known["AUR-1"].Same(want) {
		t.Errorf("by number: got %+v, %v", known, err)
	}
}

func testBare(t *testing.T, s invoice.Store) {
	want := bill("AUR-1", daniel, 3)
	want.Lines, want.Total = nil, 0
	add(t, s, want)
	if got, err := s.Get(t.Context(), tenant, want.ID); err != nil || !got.Same(want) {
		t.Errorf("got %+v, %v, want %+v", got, err, want)
	}
}

func testUnknown(t *testing.T, s invoice.Store) {
	_, err := s.Get(t.Context(), tenant, typeid.New(invoice.IDPrefix))
	expect(t, err, invoice.ErrNotFound)
	if known, err := s.Numbered(t.Context(), tenant, []string{"AUR-1"}); err != nil || len(known) != 0 {
		t.Errorf("by number: got %v, %v", known, err)
	}
	expectDaniels(t, s, invoice.Selection{}, 10)
}

func testTaken(t *testing.T, s invoice.Store) {
	first := bill("AUR-1", daniel, 3)
	add(t, s, first)
	second := []invoice.Invoice{bill("AUR-2", daniel, 4), bill("AUR-1", daniel, 4)}
	expect(t, s.Add(t.Context(), tenant, second), invoice.ErrNumberTaken)
	expectDaniels(t, s, invoice.Selection{}, 10, first)
}

func testRace(t *testing.T, s invoice.Store) {
	const racers = 8
	errs := make([]error, racers)
	var wait sync.WaitGroup
	for i := range racers {
		wait.Go(func() { errs[i] = s.Add(t.Context(), tenant, []invoice.Invoice{bill("AUR-1", daniel, 3)}) })
	}
	wait.Wait()
	won := 0
	for _, err := range errs {
		if err == nil {
			won++
			continue
		}
		expect(t, err, invoice.ErrNumberTaken)
	}
	if won != 1 {
		t.Errorf("%d of %d added the invoice, want 1", won, racers)
	}
}

func testList(t *testing.T, s invoice.Store) {
	march, april, may := bill("AUR-3", daniel, 3), bill("AUR-4", daniel, 4), bill("AUR-5", daniel, 5)
	mayAgain := bill("AUR-6", daniel, 5) // made later, so that it is the newest of its day
	add(t, s, may, march, bill("AUR-7", ana, 4), mayAgain, april)
	expectDaniels(t, s, invoice.Selection{}, 10, mayAgain, may, april, march)
	expectDaniels(t, s, invoice.Selection{}, 2, mayAgain, may)
	expectDaniels(t, s, invoice.Selection{Before: mayAgain.Position()}, 2, may, april)
	expectDaniels(t, s, invoice.Selection{Before: april.Position()}, 2, march)
	expectDaniels(t, s, invoice.Selection{Before: march.Position()}, 2)
}

func testEarlier(t *testing.T, s invoice.Store) {
	march, april, may := bill("AUR-3", daniel, 3), bill("AUR-4", daniel, 4), bill("AUR-5", daniel, 5)
	april.Currency = "EUR"
	add(t, s, march, april, may)
	expectDaniels(t, s, invoice.Selection{Before: may.Position(), Currency: "USD"}, 12, march)
	expectDaniels(t, s, invoice.Selection{Before: april.Position(), Currency: "EUR"}, 12)
}

func testTenants(t *testing.T, s invoice.Store) {
	here := bill("AUR-1", daniel, 3)
	add(t, s, here)
	_, err := s.Get(t.Context(), neighbour, here.ID)
	expect(t, err, invoice.ErrNotFound)
	if known, err := s.Numbered(t.Context(), neighbour, []string{"AUR-1"}); err != nil || len(known) != 0 {
		t.Errorf("the neighbour found %v, %v", known, err)
	}
	if found, err := s.List(t.Context(), neighbour, daniel, invoice.Selection{}, 10); err != nil || len(found) != 0 {
		t.Errorf("the neighbour listed %v, %v", found, err)
	}
	if err := s.Add(t.Context(), neighbour, []invoice.Invoice{bill("AUR-1", ana, 3)}); err != nil {
		t.Errorf("another tenant may use the same number: %v", err)
	}
}

// bill of a month of 2026.
func bill(number, customerID string, month time.Month) invoice.Invoice {
	return invoice.Invoice{
		ID: typeid.New(invoice.IDPrefix), CustomerID: customerID, Number: number, Currency: "USD",
		PeriodStart: calendar.Date{Year: 2026, Month: month, Day: 1},
		Issued:      calendar.Date{Year: 2026, Month: month, Day: 5},
		Lines:       []invoice.Line{{ID: "1", Product: "internet-500", Description: "Internet 500", Amount: 60_00}},
		Total:       60_00,
		CreateTime:  time.Date(2026, month, 5, 12, 0, 0, 0, time.UTC),
	}
}

func add(t testing.TB, s invoice.Store, invoices ...invoice.Invoice) {
	t.Helper()
	if err := s.Add(t.Context(), tenant, invoices); err != nil {
		t.Fatal(err)
	}
}

func expect(t testing.TB, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Errorf("got error %v, want %v", err, want)
	}
}

// expectDaniels holds Daniel's invoices against those that he should have.
func expectDaniels(t testing.TB, s invoice.Store, which invoice.Selection, limit int, want ...invoice.Invoice) {
	t.Helper()
	got, err := s.List(t.Context(), tenant, daniel, which, limit)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.EqualFunc(got, want, invoice.Invoice.Same) {
		t.Errorf("got %+v, want %+v", got, want)
	}
}
