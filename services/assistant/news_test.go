package assistant

import (
	"context"
	"log/slog"
	"strings"
	"testing"

	"github.com/parleyhq/parley/mesh/caller"
	"github.com/parleyhq/parley/mesh/fault"
	billingv1 "github.com/parleyhq/parley/proto/gen/parley/billing/v1"
	"github.com/parleyhq/parley/services/assistant/internal/news"
	"google.golang.org/grpc/codes"
)

func TestNewsOfDisputes(t *testing.T) {
	for name, c := range map[string]struct {
		happens func(d *billingv1.Dispute)
		tell    func(*news.Bearer, context.Context, news.Event) error
		// customer is what the customer is told, staff what is kept for them; empty for nothing.
		customer, staff []string
		posting         error
	}{
		"upheld: the credit stays": {
			happens: decided(billingv1.Dispute_STATE_UPHELD, ""), tell: (*news.Bearer).Decided,
			customer: []string{"CL-22222222", "Film", "in your favor", "$6.00"},
		},
		"rejected: the reason, and that the credit is reversed": {
			happens: func(d *billingv1.Dispute) {
				decided(billingv1.Dispute_STATE_REJECTED, "It was watched to its end.")(d)
				d.ProvisionalCredit.CreditInvoiceId = id("invoice", 9)
			},
			tell:     (*news.Bearer).Decided,
			customer: []string{"CL-22222222", "was rejected", "It was watched to its end.", "$6.00 will be taken back on your next bill"},
		},
		"rejected before the credit was billed: both stand on the next bill": {
			happens: decided(billingv1.Dispute_STATE_REJECTED, "No."), tell: (*news.Bearer).Decided,
			customer: []string{"both stand on your next bill"},
		},
		"withdrawn by staff: the customer is told": {
			happens: withdrawnBy("agent:ana"), tell: (*news.Bearer).Withdrawn, customer: []string{"CL-22222222", "was withdrawn"},
		},
		"withdrawn through the assistant: the customer knows": {
			happens: withdrawnBy("service:assistant"), tell: (*news.Bearer).Withdrawn,
		},
		"due soon: staff are asked to decide": {
			tell: (*news.Bearer).ReminderDue, staff: []string{"CL-22222222", "$6.00", "by Friday, December 4"},
		},
		"overdue: staff are asked to decide": {
			happens: func(d *billingv1.Dispute) { d.State = billingv1.Dispute_STATE_OVERDUE },
			tell:    (*news.Bearer).Overdue, staff: []string{"CL-22222222", "it was due by Friday, December 4"},
		},
		"due, and decided by now: nobody is asked": {
			happens: decided(billingv1.Dispute_STATE_UPHELD, ""), tell: (*news.Bearer).ReminderDue,
		},
		"a customer who never wrote is told by a person": {
			happens: decided(billingv1.Dispute_STATE_UPHELD, ""), tell: (*news.Bearer).Decided,
			posting: fault.New(codes.FailedPrecondition, "NO_ADDRESS", "never wrote"), staff: []string{"Tell the customer", "CL-22222222"},
		},
		"a customer who was erased is told by nobody": {
			happens: decided(billingv1.Dispute_STATE_UPHELD, ""), tell: (*news.Bearer).Decided,
			posting: fault.New(codes.FailedPrecondition, "CUSTOMER_ERASED", "erased"),
		},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			d := w.billing.disputes[0]
			if c.happens != nil {
				c.happens(d)
			}
			w.timeline.posting = c.posting
			bearer, err := news.New(w.peers, american(t).home, american(t).all, w.customers, slog.New(slog.DiscardHandler))
			if err != nil {
				t.Fatal(err)
			}
			event := news.Event{ID: id("event", 1), DisputeID: d.GetId(), CustomerID: maria}
			for range 2 { // an event comes again after a crash
				if err := c.tell(bearer, caller.With(t.Context(), caller.Service(tenant, "billing")), event); err != nil {
					t.Fatal(err)
				}
			}
			var told, kept []string
			for _, m := range w.ours() {
				told = append(told, m.GetText())
			}
			for _, requestID := range w.timeline.order {
				kept = append(kept, w.timeline.requests[requestID].GetSummary())
			}
			one(t, "the customer", told, c.customer)
			one(t, "staff", kept, c.staff)
		})
	}
}

func TestNewsThatWasToldIsNotToldInOtherWords(t *testing.T) {
	w := newWorld(t)
	bearer, err := news.New(w.peers, american(t).home, american(t).all, w.customers, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	d := w.billing.disputes[0]
	ctx := caller.With(t.Context(), caller.Service(tenant, "billing"))
	for _, reason := range []string{"It was watched to its end.", "It was watched twice."} {
		decided(billingv1.Dispute_STATE_REJECTED, reason)(d)
		if err := bearer.Decided(ctx, news.Event{ID: id("event", 1), DisputeID: d.GetId(), CustomerID: maria}); err != nil {
			t.Fatal(err)
		}
	}
	if said := w.ours(); len(said) != 1 {
		t.Errorf("told %v", said)
	}
}

func TestNewsThatCannotBeToldIsLookedAfterByStaff(t *testing.T) {
	w := newWorld(t)
	bearer, err := news.New(w.peers, american(t).home, american(t).all, w.customers, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	event := news.Event{ID: id("event", 1), DisputeID: id("dispute", 77), CustomerID: maria}
	ctx := caller.With(t.Context(), caller.Service(tenant, "billing"))
	if err := bearer.Decided(ctx, event); err == nil {
		t.Error("a decision of a dispute that is not there was told")
	}
	if err := bearer.GiveUp(ctx, event, "parley.events.v1.DisputeDecided"); err != nil {
		t.Fatal(err)
	}
	if summary := w.timeline.requests[w.timeline.order[0]].GetSummary(); !strings.Contains(summary, event.DisputeID) {
		t.Errorf("staff were told %q", summary)
	}
}

func decided(state billingv1.Dispute_State, reason string) func(*billingv1.Dispute) {
	return func(d *billingv1.Dispute) {
		d.State, d.Decision = state, &billingv1.Decision{Reason: reason}
	}
}

func withdrawnBy(principal string) func(*billingv1.Dispute) {
	return func(d *billingv1.Dispute) {
		d.State = billingv1.Dispute_STATE_WITHDRAWN
		d.Transitions = []*billingv1.DisputeTransition{{Principal: "service:assistant"}, {Principal: principal}}
	}
}

// one wants exactly one text with all the words, or none when there are no words.
func one(t *testing.T, who string, got, want []string) {
	t.Helper()
	if len(want) == 0 && len(got) == 0 {
		return
	}
	if len(want) == 0 || len(got) != 1 {
		t.Fatalf("%s: told %q, want one text with %q", who, got, want)
	}
	for _, words := range want {
		if !strings.Contains(got[0], words) {
			t.Errorf("%s: told %q, without %q", who, got[0], words)
		}
	}
}
