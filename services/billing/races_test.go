package billing_test

import (
	"context"
	"fmt"
	"sync"
	"testing"

	"github.com/parleyhq/parley/mesh/fault"
	billingv1 "github.com/parleyhq/parley/proto/gen/parley/billing/v1"
	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/proto"
)

// atOnce makes the calls side by side and gives their errors.
func atOnce(n int, call func(i int) error) []error {
	errs := make([]error, n)
	var wait sync.WaitGroup
	for i := range n {
		wait.Go(func() { errs[i] = call(i) })
	}
	wait.Wait()
	return errs
}

func winners(t *testing.T, errs []error, reasons ...string) (won int) {
	t.Helper()
	for _, err := range errs {
		if err == nil {
			won++
			continue
		}
		known := false
		for _, reason := range reasons {
			known = known || fault.Reason(err) == reason
		}
		if !known {
			t.Errorf("lost with %v (%s)", err, fault.Reason(err))
		}
	}
	return won
}

// "Yes" on two channels at once: one dispute, one credit; the other is told the case.
func TestTwoYesAtOnce(t *testing.T) {
	onBothEngines(t, func(t *testing.T, w *world) {
		daniel, invoice := w.daniel(t)
		errs := atOnce(8, func(i int) error {
			req := ask(daniel, invoice, bundle)
			if i%2 == 1 {
				req = ask(daniel, invoice, film, bundle)
			}
			_, err := w.disputes.OpenDispute(as(t, daniel), req)
			if err != nil && fault.Info(err).GetMetadata()["dispute_number"] == "" {
				t.Errorf("who came second is not told the case: %v", err)
			}
			return err
		})
		if won := winners(t, errs, "LINE_ALREADY_DISPUTED"); won != 1 {
			t.Errorf("%d disputes were opened", won)
		}
		if r := w.expectBalanced(t); r.GetDisputeCount() != 1 || r.GetTransactionCount() != 1 {
			t.Errorf("kept is %v", r)
		}
	})
}

// The same request many times at once is one request.
func TestOneRequestManyTimesAtOnce(t *testing.T) {
	onBothEngines(t, func(t *testing.T, w *world) {
		daniel, invoice := w.daniel(t)
		req := ask(daniel, invoice, bundle)
		ids := make([]string, 8)
		errs := atOnce(len(ids), func(i int) error {
			res, err := w.disputes.OpenDispute(as(t, daniel), req)
			ids[i] = res.GetDispute().GetId()
			return err
		})
		if won := winners(t, errs); won != len(ids) {
			t.Errorf("%d of %d were answered", won, len(ids))
		}
		for _, id := range ids {
			if id != ids[0] {
				t.Errorf("two disputes: %v", ids)
			}
		}
		w.expectBalanced(t)
	})
}

// Two agents and the customer end one dispute at once: one of them does.
func TestADisputeEndsOnce(t *testing.T) {
	onBothEngines(t, func(t *testing.T, w *world) {
		daniel, invoice := w.daniel(t)
		d := w.opens(t, daniel, invoice, bundle)
		calls := []func() error{
			func() error { _, err := w.disputes.ResolveDispute(agent(t), uphold(d)); return err },
			func() error { _, err := w.disputes.ResolveDispute(agent(t), reject(d, "It was ordered.")); return err },
			func() error { _, err := w.disputes.WithdrawDispute(as(t, daniel), withdraw(d)); return err },
		}
		errs := atOnce(9, func(i int) error { return calls[i%3]() })
		if won := winners(t, errs, "DISPUTE_CLOSED"); won != 1 {
			t.Errorf("%d ends", won)
		}
		if r := w.expectBalanced(t); r.GetTransactionCount() != 2 {
			t.Errorf("kept is %v", r)
		}
	})
}

// Bills are issued while disputes are opened and withdrawn: every adjustment stands on one bill.
func TestEveryAdjustmentIsBilledOnce(t *testing.T) {
	onBothEngines(t, func(t *testing.T, w *world) {
		daniel := newCustomer()
		var invoices []string
		for i := range 4 {
			invoices = append(invoices, w.imports(t, daniel, filmBill(fmt.Sprintf("AUR-%d", i)))[0].GetId())
		}
		errs := atOnce(8, func(i int) error {
			if i%2 == 0 {
				d, err := w.disputes.OpenDispute(as(t, daniel), ask(daniel, invoices[i/2], bundle))
				if err != nil {
					return err
				}
				_, err = w.disputes.WithdrawDispute(as(t, daniel), withdraw(d.GetDispute()))
				return err
			}
			_, err := w.billing.IssueInvoice(operator(t), &billingv1.IssueInvoiceRequest{
				RequestId: requestID(), CustomerId: daniel, Invoice: bill(fmt.Sprintf("AUR-M%d", i), 3, 189_90),
			})
			return err
		})
		winners(t, errs) // all of them
		w.issues(t, daniel, "AUR-LAST", 4)
		w.expectBalanced(t)
		lines := 0
		res, err := w.billing.ListInvoices(operator(t), &billingv1.ListInvoicesRequest{CustomerId: daniel})
		if err != nil {
			t.Fatal(err)
		}
		for _, i := range res.GetInvoices() {
			for _, l := range i.GetLines() {
				if l.GetProduct() == "dispute-credit" || l.GetProduct() == "dispute-reversal" {
					lines++
				}
			}
		}
		if lines != 8 {
			t.Errorf("%d lines of adjustments, want 8", lines)
		}
	})
}

// The same call again, hours later, answers what it answered; another payload under its id is refused.
func TestTheSameCallAgain(t *testing.T) {
	onBothEngines(t, func(t *testing.T, w *world) {
		daniel, invoice := w.daniel(t)
		open := ask(daniel, invoice, bundle)
		open.Reason = "I never ordered that."
		first, err := w.disputes.OpenDispute(as(t, daniel), open)
		if err != nil {
			t.Fatal(err)
		}
		w.clock.set(morning.AddDate(0, 0, 1))
		w.restart()
		again, err := w.disputes.OpenDispute(as(t, daniel), open)
		if err != nil || !proto.Equal(again, first) {
			t.Errorf("opened again: %v, %v", again, err)
		}
		decision := reject(first.GetDispute(), "It was ordered.")
		rejected := w.decides(t, decision)
		if got := w.decides(t, decision); !proto.Equal(got, rejected) {
			t.Errorf("decided again: %v", got)
		}
		if again, err = w.disputes.OpenDispute(as(t, daniel), open); err != nil || again.GetDispute().GetId() != first.GetDispute().GetId() {
			t.Errorf("opened a third time: %v, %v", again, err)
		}
		issue := &billingv1.IssueInvoiceRequest{RequestId: requestID(), CustomerId: daniel, Invoice: bill("AUR-M", 3, 189_90)}
		for range 2 {
			res, err := w.billing.IssueInvoice(operator(t), issue)
			if err != nil {
				t.Fatal(err)
			}
			expectMoney(t, "the bill", res.GetInvoice().GetTotal(), dollars(189_90)) // credit and reversal cancel
		}
		if r := w.expectBalanced(t); r.GetTransactionCount() != 2 {
			t.Errorf("kept is %v", r)
		}

		for name, reused := range map[string]func(context.Context) error{
			"other lines":  attempt(w.disputes.OpenDispute, change(open, func(r *billingv1.OpenDisputeRequest) { r.LineIds = []string{film} })),
			"other words":  attempt(w.disputes.OpenDispute, change(open, func(r *billingv1.OpenDisputeRequest) { r.Reason = "" })),
			"another bill": attempt(w.billing.IssueInvoice, change(issue, func(r *billingv1.IssueInvoiceRequest) { r.Invoice.Number = "AUR-N" })),
			"another outcome": attempt(w.disputes.ResolveDispute, change(decision, func(r *billingv1.ResolveDisputeRequest) {
				r.Outcome = billingv1.Decision_OUTCOME_UPHOLD
			})),
		} {
			t.Run(name, func(t *testing.T) {
				ctx := operator(t)
				switch name {
				case "other lines", "other words":
					ctx = as(t, daniel)
				case "another outcome":
					ctx = agent(t)
				}
				expectFault(t, reused(ctx), codes.AlreadyExists, "REQUEST_ID_REUSED", "")
			})
		}
	})
}

// change a copy of a request.
func change[M proto.Message](req M, by func(M)) M {
	changed := proto.CloneOf(req)
	by(changed)
	return changed
}
