package billing_test

import (
	"regexp"
	"slices"
	"testing"

	billingv1 "github.com/parleyhq/parley/proto/gen/parley/billing/v1"
	"google.golang.org/protobuf/proto"
)

var caseNumber = regexp.MustCompile(`^CL-\d{8}$`)

// What the customer hears at once: a case number, the amount, the day of the decision, and that the credit is given.
func TestADisputeIsOpened(t *testing.T) {
	onBothEngines(t, func(t *testing.T, w *world) {
		daniel, invoice := w.daniel(t)
		req := ask(daniel, invoice, film, bundle)
		req.Reason = "  I never ordered that.\nNobody here did. "
		req.ConversationId = "conversation_01k0x3v8q1e7mb2d4nfs6g9hjk"
		req.MessageId = "message_01k0x3v8r5f3zs9k1b6t0w4xce"
		res, err := w.disputes.OpenDispute(as(t, daniel), req)
		if err != nil {
			t.Fatal(err)
		}
		d := res.GetDispute()
		if !caseNumber.MatchString(d.GetNumber()) || d.GetState() != billingv1.Dispute_STATE_OPEN || d.GetCustomerId() != daniel {
			t.Errorf("got %v", d)
		}
		expectMoney(t, "amount", d.GetAmount(), dollars(75_99))
		// Ten business days after Monday, 2 March.
		if want := day(2026, 3, 16); !proto.Equal(d.GetDecisionDueDate(), want) {
			t.Errorf("due %v, want %v", d.GetDecisionDueDate(), want)
		}
		if d.GetReason() != "I never ordered that.\nNobody here did." || d.GetInvoiceNumber() == "" {
			t.Errorf("reason %q of invoice %q", d.GetReason(), d.GetInvoiceNumber())
		}
		if !slices.Equal(d.GetLineIds(), []string{bundle, film}) || d.GetInvoiceId() != invoice {
			t.Errorf("lines %v of %s", d.GetLineIds(), d.GetInvoiceId())
		}
		if d.GetConversationId() != req.GetConversationId() || d.GetMessageId() != req.GetMessageId() {
			t.Errorf("asked in %s, %s", d.GetConversationId(), d.GetMessageId())
		}
		if got := d.GetProvisionalCredit(); got.GetState() != billingv1.ProvisionalCredit_STATE_PROVISIONAL || got.GetCreditInvoiceId() != "" {
			t.Errorf("credit %v", got)
		}
		if again := w.dispute(t, d.GetId()); !proto.Equal(again, d) {
			t.Errorf("read again it is %v, was %v", again, d)
		}
		byNumber, err := w.disputes.GetDispute(as(t, daniel), &billingv1.GetDisputeRequest{
			Dispute: &billingv1.GetDisputeRequest_Number{Number: d.GetNumber()},
		})
		if err != nil || !proto.Equal(byNumber.GetDispute(), d) {
			t.Errorf("by its number: %v, %v", byNumber, err)
		}
		w.expectBalanced(t)
	})
}

func TestUpheldTheCreditStays(t *testing.T) {
	onBothEngines(t, func(t *testing.T, w *world) {
		daniel, invoice := w.daniel(t)
		d := w.opens(t, daniel, invoice, bundle)
		march := w.issues(t, daniel, "AUR-M", 3)
		expectLines(t, march, "dispute-credit -7000 Provisional credit, case "+d.GetNumber())
		expectMoney(t, "March", march.GetTotal(), dollars(119_90))
		w.expectBalanced(t)

		upheld := w.decides(t, uphold(w.dispute(t, d.GetId())))
		if upheld.GetState() != billingv1.Dispute_STATE_UPHELD || upheld.GetDecision().GetDecidedBy() != "agent:agent-ana" {
			t.Errorf("got %v", upheld)
		}
		credit := upheld.GetProvisionalCredit()
		if credit.GetState() != billingv1.ProvisionalCredit_STATE_PERMANENT || credit.GetCreditInvoiceId() != march.GetId() {
			t.Errorf("credit %v", credit)
		}
		expectLines(t, w.issues(t, daniel, "AUR-A", 4))
		want := []string{
			"PROVISIONAL_CREDIT PROVISIONAL_CREDITS 7000", "PROVISIONAL_CREDIT CUSTOMER_RECEIVABLE -7000",
			"CREDIT_MADE_PERMANENT DISPUTE_CREDITS_GRANTED 7000", "CREDIT_MADE_PERMANENT PROVISIONAL_CREDITS -7000",
		}
		if got := w.posted(t, d.GetId()); !slices.Equal(got, want) {
			t.Errorf("posted %q, want %q", got, want)
		}
		w.expectBalanced(t)
	})
}

func TestRejectedTheCreditIsReversedOnTheBillAfter(t *testing.T) {
	onBothEngines(t, func(t *testing.T, w *world) {
		daniel, invoice := w.daniel(t)
		d := w.opens(t, daniel, invoice, bundle)
		w.issues(t, daniel, "AUR-M", 3)
		rejected := w.decides(t, reject(w.dispute(t, d.GetId()), " The set-top box in your home ordered it. "))
		if got := rejected.GetDecision(); got.GetOutcome() != billingv1.Decision_OUTCOME_REJECT ||
			got.GetReason() != "The set-top box in your home ordered it." {
			t.Errorf("decision %v", got)
		}
		if got := rejected.GetProvisionalCredit(); got.GetState() != billingv1.ProvisionalCredit_STATE_REVERSED || got.GetReversalInvoiceId() != "" {
			t.Errorf("credit %v", got)
		}
		w.expectBalanced(t)
		april := w.issues(t, daniel, "AUR-A", 4)
		expectLines(t, april, "dispute-reversal 7000 Reversal of provisional credit, case "+d.GetNumber())
		expectMoney(t, "April", april.GetTotal(), dollars(259_90))
		if got := w.dispute(t, d.GetId()).GetProvisionalCredit(); got.GetReversalInvoiceId() != april.GetId() {
			t.Errorf("credit %v", got)
		}
		expectLines(t, w.issues(t, daniel, "AUR-Y", 5))
		want := []string{
			"PROVISIONAL_CREDIT PROVISIONAL_CREDITS 7000", "PROVISIONAL_CREDIT CUSTOMER_RECEIVABLE -7000",
			"CREDIT_REVERSED CUSTOMER_RECEIVABLE 7000", "CREDIT_REVERSED PROVISIONAL_CREDITS -7000",
		}
		if got := w.posted(t, d.GetId()); !slices.Equal(got, want) {
			t.Errorf("posted %q, want %q", got, want)
		}
		w.expectBalanced(t)
	})
}

func TestWithdrawnBeforeTheBillBothLinesCancel(t *testing.T) {
	w := start(t)
	daniel, invoice := w.daniel(t)
	first := w.opens(t, daniel, invoice, bundle)
	if got := w.withdraws(t, first); got.GetState() != billingv1.Dispute_STATE_WITHDRAWN || got.GetDecision() != nil {
		t.Errorf("got %v", got)
	}
	second := w.opens(t, daniel, invoice, bundle, film) // the line may be disputed anew
	preview, err := w.billing.PreviewNextInvoice(as(t, daniel), &billingv1.PreviewNextInvoiceRequest{CustomerId: daniel})
	if err != nil {
		t.Fatal(err)
	}
	if len(preview.GetAdjustments()) != 3 || len(preview.GetTotals()) != 1 {
		t.Fatalf("the next invoice will carry %v", preview)
	}
	expectMoney(t, "the sum of the preview", preview.GetTotals()[0], dollars(-75_99))
	march := w.issues(t, daniel, "AUR-M", 3)
	expectLines(t, march,
		"dispute-credit -7000 Provisional credit, case "+first.GetNumber(),
		"dispute-reversal 7000 Reversal of provisional credit, case "+first.GetNumber(),
		"dispute-credit -7599 Provisional credit, case "+second.GetNumber())
	for at, l := range march.GetLines()[1:] {
		if !proto.Equal(l, preview.GetAdjustments()[at].GetLine()) {
			t.Errorf("billed is %v, the preview said %v", l, preview.GetAdjustments()[at].GetLine())
		}
	}
	expectMoney(t, "March", march.GetTotal(), dollars(189_90-75_99))
	report := w.expectBalanced(t)
	if report.GetDisputeCount() != 2 || report.GetTransactionCount() != 3 || report.GetAdjustmentCount() != 3 {
		t.Errorf("looked at %v", report)
	}
}

// Every step of the trail says who did it, when, for whom and how well known.
func TestTheTrailOfADispute(t *testing.T) {
	w := start(t)
	daniel, invoice := w.daniel(t)
	req := ask(daniel, invoice, bundle)
	res, err := w.disputes.OpenDispute(as(t, daniel), req)
	if err != nil {
		t.Fatal(err)
	}
	w.clock.set(morning.AddDate(0, 0, 30))
	decision := reject(w.dispute(t, res.GetDispute().GetId()), "It was ordered.")
	got := w.decides(t, decision).GetTransitions()
	want := []string{
		"EVENT_OPEN STATE_UNSPECIFIED STATE_OPEN service:assistant " + daniel + " ASSURANCE_CHANNEL_POSSESSION " + req.GetRequestId(),
		"EVENT_REMIND STATE_OPEN STATE_OPEN service:billing  ASSURANCE_UNSPECIFIED ",
		"EVENT_DEADLINE STATE_OPEN STATE_OVERDUE service:billing  ASSURANCE_UNSPECIFIED ",
		"EVENT_REJECT STATE_OVERDUE STATE_REJECTED agent:agent-ana  ASSURANCE_UNSPECIFIED " + decision.GetRequestId(),
	}
	if len(got) != len(want) {
		t.Fatalf("got %v", got)
	}
	for at, step := range got {
		said := step.GetEvent().String() + " " + step.GetFromState().String() + " " + step.GetToState().String() + " " +
			step.GetPrincipal() + " " + step.GetOnBehalfOfCustomer() + " " + step.GetAssurance().String() + " " + step.GetRequestId()
		if said != want[at] {
			t.Errorf("step %d: got %q, want %q", at, said, want[at])
		}
		if at := step.GetOccurTime().AsTime(); !at.Equal(morning) && !at.Equal(w.clock.now()) {
			t.Errorf("at %v", at)
		}
	}
}

// A customer who called is helped by staff: they open and withdraw for the customer, and the trail says that they did.
func TestStaffActForACustomer(t *testing.T) {
	w := start(t)
	daniel, invoice := w.daniel(t)
	opened, err := w.disputes.OpenDispute(agent(t), ask(daniel, invoice, bundle))
	if err != nil {
		t.Fatal(err)
	}
	withdrawn, err := w.disputes.WithdrawDispute(operator(t), withdraw(opened.GetDispute()))
	if err != nil {
		t.Fatal(err)
	}
	trail := withdrawn.GetDispute().GetTransitions()
	if len(trail) != 2 || trail[0].GetPrincipal() != "agent:agent-ana" || trail[1].GetPrincipal() != "key:demo" ||
		trail[0].GetOnBehalfOfCustomer() != "" {
		t.Errorf("the trail is %v", trail)
	}
	w.expectBalanced(t)
}
