package disputetest

import (
	"errors"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/parleyhq/parley/services/billing/internal/dispute"
	"github.com/parleyhq/parley/services/billing/internal/ledger"
)

func expect(t testing.TB, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Errorf("got error %v, want %v", err, want)
	}
}

// expectWinners wants so many without an error, and of the others this one.
func expectWinners(t testing.TB, errs []error, winners int, loss error) {
	t.Helper()
	won := 0
	for _, err := range errs {
		if err == nil {
			won++
			continue
		}
		expect(t, err, loss)
	}
	if won != winners {
		t.Errorf("%d of %d won, want %d: %v", won, len(errs), winners, errs)
	}
}

func expectDispute(t testing.TB, s dispute.Store, want dispute.Dispute) {
	t.Helper()
	got, err := s.Dispute(t.Context(), want.Tenant, want.ID)
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, %v,\nwant %+v", got, err, want)
	}
}

func expectList(t testing.TB, s dispute.Store, which dispute.Selection, limit int, want ...dispute.Dispute) {
	t.Helper()
	got, err := s.List(t.Context(), tenant, which, limit)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.EqualFunc(got, want, func(a, b dispute.Dispute) bool { return a.ID == b.ID }) {
		t.Errorf("%+v: got %v, want %v", which, numbers(got), numbers(want))
	}
}

func numbers(disputes []dispute.Dispute) (all []string) {
	for _, d := range disputes {
		all = append(all, d.Number)
	}
	return all
}

func expectDue(t testing.TB, s dispute.Store, customerID string, now time.Time, want ...dispute.Dispute) {
	t.Helper()
	got, err := s.DueByClock(t.Context(), tenant, customerID, now, 10)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.EqualFunc(got, want, func(id string, d dispute.Dispute) bool { return id == d.ID }) {
		t.Errorf("at %v: due are %v, want %v", now, got, numbers(want))
	}
}

// expectPosted wants whole transactions of these disputes, in this order.
func expectPosted(
	t testing.TB, s dispute.Store, which dispute.Postings, limit int, disputeIDs ...string,
) []ledger.Transaction {
	t.Helper()
	got, err := s.Transactions(t.Context(), tenant, which, limit)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.EqualFunc(got, disputeIDs, func(x ledger.Transaction, id string) bool {
		return x.DisputeID == id && x.Validate() == nil
	}) {
		t.Fatalf("%+v: got %+v, want transactions of %v", which, got, disputeIDs)
	}
	return got
}
