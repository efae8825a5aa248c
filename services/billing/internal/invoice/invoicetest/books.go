package invoicetest

import (
	"context"
	"maps"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/parleyhq/parley/mesh/caller"
	"github.com/parleyhq/parley/mesh/store"
	"github.com/parleyhq/parley/mesh/typeid"
	"github.com/parleyhq/parley/services/billing/internal/invoice"
)

// Shelf is books under test, and what their tenant does with them.
type Shelf struct {
	Books invoice.Books
	// DB is where the transactions are in which adjustments are asked for.
	DB *store.DB
	// Keep has the books hold an invoice.
	Keep func(ctx context.Context, tenant string, i invoice.Invoice) error
	// Bill makes the next invoice of the customer and currency: its lines, and the adjustments that wait.
	Bill func(ctx context.Context, tenant string, i invoice.Invoice) (invoice.Invoice, error)
}

// TestBooks runs the contract of the invoice port, each case on books of their own.
func TestBooks(t *testing.T, open func(testing.TB) Shelf) {
	cases := []struct {
		name string
		run  func(*testing.T, Shelf)
	}{
		{"an invoice is read as it is kept, by its tenant", testBooksGet},
		{"an adjustment stands on the next invoice, once", testAdjust},
		{"the same adjustment again changes nothing", testAdjustAgain},
		{"another adjustment of the reference is refused", testAdjustOtherwise},
		{"of many who ask for one adjustment at once, each is content, and it is billed once", testAdjustRace},
		{"an adjustment whose transaction failed was never asked for", testAdjustRolledBack},
		{"an adjustment waits for an invoice of its customer and currency", testAdjustElsewhere},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) { c.run(t, open(t)) })
	}
}

func testBooksGet(t *testing.T, s Shelf) {
	want := bill("AUR-1", daniel, 3)
	if err := s.Keep(t.Context(), tenant, want); err != nil {
		t.Fatal(err)
	}
	if got, err := s.Books.Get(t.Context(), tenant, want.ID); err != nil || !got.Same(want) {
		t.Errorf("got %+v, %v", got, err)
	}
	_, err := s.Books.Get(t.Context(), neighbour, want.ID)
	expect(t, err, invoice.ErrNotFound)
	_, err = s.Books.Get(t.Context(), tenant, typeid.New(invoice.IDPrefix))
	expect(t, err, invoice.ErrNotFound)
}

func testAdjust(t *testing.T, s Shelf) {
	credit := adjustment(invoice.Credit, "dispute_1")
	s.adjust(t, credit)
	s.expectBilled(t, nil, credit.Reference())
	april := s.bill(t, bill("AUR-4", daniel, 4), credit)
	if april.Total != 60_00-70_00 {
		t.Errorf("the total is %d", april.Total)
	}
	s.bill(t, bill("AUR-5", daniel, 5))
	reversal := adjustment(invoice.Reversal, "dispute_1")
	s.adjust(t, reversal)
	june := s.bill(t, bill("AUR-6", daniel, 6), reversal)
	s.expectBilled(t, map[string]string{credit.Reference(): april.ID, reversal.Reference(): june.ID},
		credit.Reference(), reversal.Reference(), "dispute_2/credit")
	s.expectBilled(t, nil)
}

func testAdjustAgain(t *testing.T, s Shelf) {
	credit := adjustment(invoice.Credit, "dispute_1")
	s.adjust(t, credit)
	credit.CreateTime = credit.CreateTime.Add(time.Hour)
	s.adjust(t, credit)
	s.bill(t, bill("AUR-4", daniel, 4), credit)
	s.adjust(t, credit)
	s.bill(t, bill("AUR-5", daniel, 5))
}

func testAdjustOtherwise(t *testing.T, s Shelf) {
	credit := adjustment(invoice.Credit, "dispute_1")
	s.adjust(t, credit)
	for name, change := range map[string]func(*invoice.Adjustment){
		"amount":   func(a *invoice.Adjustment) { a.Amount-- },
		"currency": func(a *invoice.Adjustment) { a.Currency = "EUR" },
		"customer": func(a *invoice.Adjustment) { a.CustomerID = ana },
	} {
		other := credit
		change(&other)
		if err := s.tryAdjust(t, other); err == nil {
			t.Errorf("another %s was taken", name)
		} else {
			expect(t, err, invoice.ErrReferenceTaken)
		}
	}
	s.bill(t, bill("AUR-4", daniel, 4), credit)
}

func testAdjustRace(t *testing.T, s Shelf) {
	credit := adjustment(invoice.Credit, "dispute_1")
	var wait sync.WaitGroup
	for range 8 {
		wait.Go(func() {
			if err := s.tryAdjust(t, credit); err != nil {
				t.Errorf("refused: %v", err)
			}
		})
	}
	wait.Wait()
	s.bill(t, bill("AUR-4", daniel, 4), credit)
}

func testAdjustRolledBack(t *testing.T, s Shelf) {
	credit := adjustment(invoice.Credit, "dispute_1")
	err := s.DB.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error {
		if err := s.Books.Adjust(ctx, tx, tenant, credit); err != nil {
			return err
		}
		return invoice.ErrUnbalanced // whatever else the transaction was for
	})
	expect(t, err, invoice.ErrUnbalanced)
	s.bill(t, bill("AUR-4", daniel, 4))
}

func testAdjustElsewhere(t *testing.T, s Shelf) {
	euro, hers := adjustment(invoice.Credit, "dispute_1"), adjustment(invoice.Credit, "dispute_2")
	euro.Currency, hers.CustomerID = "EUR", ana
	s.adjust(t, euro)
	s.adjust(t, hers)
	s.bill(t, bill("AUR-4", daniel, 4))
	s.bill(t, bill("AUR-5", ana, 4), hers)
	inEuro := bill("AUR-6", daniel, 5)
	inEuro.Currency = "EUR"
	s.bill(t, inEuro, euro)
}

// adjustment of $70.00 for Daniel.
func adjustment(kind invoice.AdjustmentKind, disputeID string) invoice.Adjustment {
	return invoice.Adjust(kind, daniel, disputeID, "CL-"+disputeID, "USD", 70_00, time.Date(2026, 3, 2, 14, 0, 0, 0, time.UTC))
}

func (s Shelf) adjust(t testing.TB, a invoice.Adjustment) {
	t.Helper()
	if err := s.tryAdjust(t, a); err != nil {
		t.Fatal(err)
	}
}

func (s Shelf) tryAdjust(t testing.TB, a invoice.Adjustment) error {
	return s.DB.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error {
		return s.Books.Adjust(ctx, tx, tenant, a)
	})
}

// bill makes an invoice and wants these adjustments on it, behind its own line.
func (s Shelf) bill(t testing.TB, i invoice.Invoice, want ...invoice.Adjustment) invoice.Invoice {
	t.Helper()
	got, err := s.Bill(operator(t), tenant, i)
	if err != nil {
		t.Fatal(err)
	}
	lines := slices.Clone(i.Lines)
	for _, a := range want {
		lines = append(lines, a.Line())
	}
	if !slices.Equal(got.Lines, lines) || got.Validate() != nil {
		t.Errorf("%s has the lines %+v, want %+v (%v)", i.Number, got.Lines, lines, got.Validate())
	}
	return got
}

func (s Shelf) expectBilled(t testing.TB, want map[string]string, references ...string) {
	t.Helper()
	got, err := s.Books.Billed(t.Context(), tenant, references)
	if err != nil || !maps.Equal(got, want) {
		t.Errorf("billed are %v, %v, want %v", got, err, want)
	}
	if theirs, err := s.Books.Billed(t.Context(), neighbour, references); err != nil || len(theirs) != 0 {
		t.Errorf("of the neighbour's are billed %v, %v", theirs, err)
	}
}

func operator(t testing.TB) context.Context {
	return caller.With(t.Context(), caller.Service(tenant, "test"))
}
