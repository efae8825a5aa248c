package billing_test

import (
	"context"
	"fmt"
	"slices"
	"testing"

	billingv1 "github.com/parleyhq/parley/proto/gen/parley/billing/v1"
	"google.golang.org/grpc"
)

// filmBill is Daniel's of February: his plan, a pay-per-view bundle and a film that he says he never ordered, and a credit.
func filmBill(number string) *billingv1.Invoice {
	b := bill(number, 2, 189_90)
	b.Lines = append(b.Lines, line("ppv-bundle", "Pay-per-view bundle", 70_00), line("ppv-film", "Film on demand", 5_99),
		line("outage-credit", "Credit for an outage", -15_00))
	b.Total = dollars(189_90 + 70_00 + 5_99 - 15_00)
	return b
}

// Lines of filmBill.
const (
	plan, bundle, film, credit = "1", "2", "3", "4"
)

// daniel is a customer who was billed in February.
func (w *world) daniel(t testing.TB) (customerID, invoiceID string) {
	t.Helper()
	customerID = newCustomer()
	return customerID, w.imports(t, customerID, filmBill("AUR-"+customerID[len(customerID)-8:]))[0].GetId()
}

func ask(customerID, invoiceID string, lines ...string) *billingv1.OpenDisputeRequest {
	return &billingv1.OpenDisputeRequest{RequestId: requestID(), CustomerId: customerID, InvoiceId: invoiceID, LineIds: lines}
}

// opens a dispute as the assistant does for the customer.
func (w *world) opens(t testing.TB, customerID, invoiceID string, lines ...string) *billingv1.Dispute {
	t.Helper()
	res, err := w.disputes.OpenDispute(as(t, customerID), ask(customerID, invoiceID, lines...))
	if err != nil {
		t.Fatal(err)
	}
	return res.GetDispute()
}

func (w *world) dispute(t testing.TB, id string) *billingv1.Dispute {
	t.Helper()
	res, err := w.disputes.GetDispute(operator(t), &billingv1.GetDisputeRequest{
		Dispute: &billingv1.GetDisputeRequest_DisputeId{DisputeId: id},
	})
	if err != nil {
		t.Fatal(err)
	}
	return res.GetDispute()
}

func uphold(d *billingv1.Dispute) *billingv1.ResolveDisputeRequest {
	return &billingv1.ResolveDisputeRequest{
		RequestId: requestID(), DisputeId: d.GetId(), Etag: d.GetEtag(), Outcome: billingv1.Decision_OUTCOME_UPHOLD,
	}
}

func reject(d *billingv1.Dispute, reason string) *billingv1.ResolveDisputeRequest {
	return &billingv1.ResolveDisputeRequest{
		RequestId: requestID(), DisputeId: d.GetId(), Etag: d.GetEtag(), Outcome: billingv1.Decision_OUTCOME_REJECT, Reason: reason,
	}
}

func withdraw(d *billingv1.Dispute) *billingv1.WithdrawDisputeRequest {
	return &billingv1.WithdrawDisputeRequest{RequestId: requestID(), DisputeId: d.GetId(), Etag: d.GetEtag()}
}

func (w *world) decides(t testing.TB, req *billingv1.ResolveDisputeRequest) *billingv1.Dispute {
	t.Helper()
	res, err := w.disputes.ResolveDispute(agent(t), req)
	if err != nil {
		t.Fatal(err)
	}
	return res.GetDispute()
}

func (w *world) withdraws(t testing.TB, d *billingv1.Dispute) *billingv1.Dispute {
	t.Helper()
	res, err := w.disputes.WithdrawDispute(as(t, d.GetCustomerId()), withdraw(d))
	if err != nil {
		t.Fatal(err)
	}
	return res.GetDispute()
}

// issues the bill of the month, of the plan alone in the books.
func (w *world) issues(t testing.TB, customerID, number string, month int) *billingv1.Invoice {
	t.Helper()
	res, err := w.billing.IssueInvoice(operator(t), &billingv1.IssueInvoiceRequest{
		RequestId: requestID(), CustomerId: customerID, Invoice: bill(number, month, 189_90),
	})
	if err != nil {
		t.Fatal(err)
	}
	return res.GetInvoice()
}

// expectLines holds the invoice behind its first line against `product amount-in-cents description`.
func expectLines(t testing.TB, i *billingv1.Invoice, want ...string) {
	t.Helper()
	var got []string
	total := int64(0)
	for _, l := range i.GetLines() {
		got = append(got, fmt.Sprintf("%s %d %s", l.GetProduct(), cents(l.GetAmount()), l.GetDescription()))
		total += cents(l.GetAmount())
	}
	if !slices.Equal(got[1:], want) {
		t.Errorf("the bill has the lines %q, want %q", got[1:], want)
	}
	if total != cents(i.GetTotal()) {
		t.Errorf("the lines sum to %d, the total is %d", total, cents(i.GetTotal()))
	}
}

func cents(m interface {
	GetUnits() int64
	GetNanos() int32
},
) int64 {
	return m.GetUnits()*100 + int64(m.GetNanos())/10_000_000
}

// expectBalanced reconciles the ledger and wants nothing to be found.
func (w *world) expectBalanced(t testing.TB) *billingv1.LedgerReport {
	t.Helper()
	res, err := w.disputes.ReconcileLedger(operator(t), &billingv1.ReconcileLedgerRequest{})
	if err != nil {
		t.Fatal(err)
	}
	if r := res.GetReport(); r.GetMismatchCount() != 0 || len(r.GetMismatches()) != 0 {
		t.Errorf("the books do not fit together: %v", r.GetMismatches())
	}
	return res.GetReport()
}

// posted of the dispute, as `kind account cents`.
func (w *world) posted(t testing.TB, id string) []string {
	t.Helper()
	res, err := w.disputes.ListLedgerEntries(operator(t), &billingv1.ListLedgerEntriesRequest{
		Of: &billingv1.ListLedgerEntriesRequest_DisputeId{DisputeId: id},
	})
	if err != nil {
		t.Fatal(err)
	}
	var entries []string
	for _, e := range res.GetEntries() {
		entries = append(entries, fmt.Sprintf("%s %s %d", e.GetKind().String()[len("KIND_"):],
			e.GetAccount().String()[len("LEDGER_ACCOUNT_"):], cents(e.GetAmount())))
	}
	return entries
}

// attempt makes a call of a test table.
func attempt[Req, Res any](
	call func(context.Context, Req, ...grpc.CallOption) (Res, error), req Req,
) func(context.Context) error {
	return func(ctx context.Context) error {
		_, err := call(ctx, req)
		return err
	}
}
