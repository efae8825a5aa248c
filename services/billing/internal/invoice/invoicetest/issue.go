package invoicetest

import (
	"slices"
	"sync"
	"testing"

	"github.com/google/uuid"
	"github.com/parleyhq/parley/mesh/fault"
	"github.com/parleyhq/parley/mesh/store"
	"github.com/parleyhq/parley/services/billing/internal/invoice"
	"github.com/parleyhq/parley/services/billing/internal/once"
)

// testIssuing is the part of TestStore about invoices that are issued.
func testIssuing(t *testing.T, open func(testing.TB) (invoice.Store, *store.DB)) {
	cases := []struct {
		name string
		run  func(*testing.T, invoice.Store, Shelf)
	}{
		{"what waits is read oldest first, by customer and currency", testPending},
		{"an adjustment is carried once, and who comes second leaves nothing behind", testCarriedOnce},
		{"of many invoices that are issued with one adjustment at once, one is", testIssueRace},
		{"the same request issues one invoice", testIssueAgain},
		{"a number that is taken carries nothing", testIssueTaken},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			s, db := open(t)
			c.run(t, s, Shelf{Books: s, DB: db})
		})
	}
}

func request() once.Request { return once.Request{Method: "issue", ID: uuid.NewString()} }

func testPending(t *testing.T, s invoice.Store, shelf Shelf) {
	second, first := adjustment(invoice.Credit, "dispute_2"), adjustment(invoice.Reversal, "dispute_1")
	euro, hers := adjustment(invoice.Credit, "dispute_3"), adjustment(invoice.Credit, "dispute_4")
	first.CreateTime = first.CreateTime.AddDate(0, 0, -1)
	euro.CreateTime = euro.CreateTime.AddDate(0, 0, 1)
	euro.Currency, hers.CustomerID = "EUR", ana
	for _, a := range []invoice.Adjustment{second, first, euro, hers} {
		shelf.adjust(t, a)
	}
	expectPending(t, s, "", 10, first, second, euro)
	expectPending(t, s, "", 1, first)
	expectPending(t, s, "USD", 10, first, second)
	expectPending(t, s, "JPY", 10)
	if theirs, err := s.Pending(t.Context(), neighbour, daniel, "", 10); err != nil || len(theirs) != 0 {
		t.Errorf("of the neighbour's wait %v, %v", theirs, err)
	}
	if _, err := s.Issue(operator(t), request(), tenant, bill("AUR-4", daniel, 4), []invoice.Adjustment{first}); err != nil {
		t.Fatal(err)
	}
	expectPending(t, s, "", 10, second, euro)
}

func expectPending(t testing.TB, s invoice.Store, currency string, limit int, want ...invoice.Adjustment) {
	t.Helper()
	got, err := s.Pending(t.Context(), tenant, daniel, currency, limit)
	if err != nil || !slices.EqualFunc(got, want, func(a, b invoice.Adjustment) bool {
		return a.Same(b) && a.CreateTime.Equal(b.CreateTime)
	}) {
		t.Errorf("waiting are %+v, %v, want %+v", got, err, want)
	}
}

func testCarriedOnce(t *testing.T, s invoice.Store, shelf Shelf) {
	first, second := adjustment(invoice.Credit, "dispute_1"), adjustment(invoice.Credit, "dispute_2")
	shelf.adjust(t, first)
	shelf.adjust(t, second)
	if _, err := s.Issue(operator(t), request(), tenant, bill("AUR-4", daniel, 4), []invoice.Adjustment{first}); err != nil {
		t.Fatal(err)
	}
	late := bill("AUR-5", daniel, 5)
	_, err := s.Issue(operator(t), request(), tenant, late, []invoice.Adjustment{second, first})
	expect(t, err, invoice.ErrPendingChanged)
	_, err = s.Get(t.Context(), tenant, late.ID)
	expect(t, err, invoice.ErrNotFound)
	expectPending(t, s, "", 10, second)
}

func testIssueRace(t *testing.T, s invoice.Store, shelf Shelf) {
	credit := adjustment(invoice.Credit, "dispute_1")
	shelf.adjust(t, credit)
	const racers = 8
	errs := make([]error, racers)
	var wait sync.WaitGroup
	for i := range racers {
		i4 := bill("AUR-"+string(rune('0'+i)), daniel, 4)
		wait.Go(func() { _, errs[i] = s.Issue(operator(t), request(), tenant, i4, []invoice.Adjustment{credit}) })
	}
	wait.Wait()
	won := 0
	for _, err := range errs {
		if err == nil {
			won++
			continue
		}
		expect(t, err, invoice.ErrPendingChanged)
	}
	if won != 1 {
		t.Errorf("%d of %d issued, want 1", won, racers)
	}
	if billed, err := s.List(t.Context(), tenant, daniel, invoice.Selection{}, racers); err != nil || len(billed) != 1 {
		t.Errorf("there are %d invoices, %v", len(billed), err)
	}
}

func testIssueAgain(t *testing.T, s invoice.Store, shelf Shelf) {
	credit := adjustment(invoice.Credit, "dispute_1")
	shelf.adjust(t, credit)
	same := request()
	first, err := s.Issue(operator(t), same, tenant, bill("AUR-4", daniel, 4), []invoice.Adjustment{credit})
	if err != nil {
		t.Fatal(err)
	}
	again, err := s.Issue(operator(t), same, tenant, bill("AUR-4", daniel, 4), nil)
	if err != nil || again != first {
		t.Errorf("again: %s, %v, want %s", again, err, first)
	}
	same.Payload = []byte("something else")
	if _, err := s.Issue(operator(t), same, tenant, bill("AUR-5", daniel, 5), nil); fault.Reason(err) != "REQUEST_ID_REUSED" {
		t.Errorf("with something else: %v", err)
	}
}

func testIssueTaken(t *testing.T, s invoice.Store, shelf Shelf) {
	credit := adjustment(invoice.Credit, "dispute_1")
	shelf.adjust(t, credit)
	add(t, s, bill("AUR-4", daniel, 4))
	_, err := s.Issue(operator(t), request(), tenant, bill("AUR-4", daniel, 5), []invoice.Adjustment{credit})
	expect(t, err, invoice.ErrNumberTaken)
	expectPending(t, s, "", 10, credit)
}
