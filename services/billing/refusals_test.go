package billing_test

import (
	"context"
	"strings"
	"testing"

	"github.com/parleyhq/parley/mesh/caller"
	"github.com/parleyhq/parley/mesh/fault"
	"github.com/parleyhq/parley/mesh/seal"
	"github.com/parleyhq/parley/mesh/typeid"
	accessv1 "github.com/parleyhq/parley/proto/gen/parley/access/v1"
	billingv1 "github.com/parleyhq/parley/proto/gen/parley/billing/v1"
	"google.golang.org/grpc/codes"
)

// refusal is a call that must not do anything.
type refusal struct {
	name   string
	ctx    context.Context
	call   func(context.Context) error
	code   codes.Code
	reason string
}

func refuse(t *testing.T, w *world, refusals []refusal) {
	before := w.expectBalanced(t)
	for _, r := range refusals {
		t.Run(r.name, func(t *testing.T) { expectFault(t, r.call(r.ctx), r.code, r.reason, "") })
	}
	if after := w.expectBalanced(t); after.GetTransactionCount() != before.GetTransactionCount() ||
		after.GetAdjustmentCount() != before.GetAdjustmentCount() || after.GetDisputeCount() != before.GetDisputeCount() {
		t.Errorf("something was done: before %v, after %v", before, after)
	}
}

// weak is the assistant for a customer whom nobody vouched for.
func weak(t testing.TB, customerID string) context.Context {
	return caller.With(t.Context(),
		caller.OnBehalfOf(caller.Service("aurora", "assistant"), customerID, accessv1.Assurance_ASSURANCE_NONE))
}

// alone is a service that acts for no customer.
func alone(t testing.TB) context.Context {
	return caller.With(t.Context(), caller.Service("aurora", "assistant"))
}

func partner(t testing.TB) context.Context {
	return caller.With(t.Context(), &accessv1.Caller{
		Tenant: "aurora", Principal: "key:partner", Role: accessv1.Role_ROLE_PARTNER, Scopes: []string{"*"},
	})
}

func TestWhatCannotBeDisputed(t *testing.T) {
	w := start(t)
	daniel, invoice := w.daniel(t)
	ana, hers := w.daniel(t)
	w.opens(t, daniel, invoice, film)
	old := bill("AUR-OLD", -8, 60_00) // issued on 5 April of last year
	oldID := w.imports(t, daniel, old)[0].GetId()
	reversal := bill("AUR-REV", 2, 60_00)
	reversal.Lines[0].Product = "dispute-reversal"
	reversalID := w.imports(t, daniel, reversal)[0].GetId()
	free := bill("AUR-FREE", 2, 0)
	freeID := w.imports(t, daniel, free)[0].GetId()
	neighbour := caller.With(t.Context(), caller.OnBehalfOf(caller.Service("borealis", "assistant"), daniel,
		accessv1.Assurance_ASSURANCE_STRONG))

	open := func(customerID, invoiceID string, lines ...string) func(context.Context) error {
		return attempt(w.disputes.OpenDispute, ask(customerID, invoiceID, lines...))
	}
	changed := func(change func(*billingv1.OpenDisputeRequest)) func(context.Context) error {
		req := ask(daniel, invoice, bundle)
		change(req)
		return attempt(w.disputes.OpenDispute, req)
	}
	refuse(t, w, []refusal{
		{"somebody else's invoice, named as one's own", as(t, daniel), open(daniel, hers, bundle), codes.NotFound, "INVOICE_NOT_FOUND"},
		{"somebody else's invoice, named as theirs", as(t, daniel), open(ana, hers, bundle), codes.NotFound, "INVOICE_NOT_FOUND"},
		{"staff mix two customers up", agent(t), open(daniel, hers, bundle), codes.NotFound, "INVOICE_NOT_FOUND"},
		{"another tenant's invoice", neighbour, open(daniel, invoice, bundle), codes.NotFound, "INVOICE_NOT_FOUND"},
		{"no such invoice", as(t, daniel), open(daniel, typeid.New("invoice"), bundle), codes.NotFound, "INVOICE_NOT_FOUND"},
		{"no such line", as(t, daniel), open(daniel, invoice, bundle, "9"), codes.NotFound, "LINE_NOT_FOUND"},
		{"a credit", as(t, daniel), open(daniel, invoice, credit), codes.FailedPrecondition, "LINE_NOT_DISPUTABLE"},
		{"a charge and a credit", as(t, daniel), open(daniel, invoice, bundle, credit), codes.FailedPrecondition, "LINE_NOT_DISPUTABLE"},
		{"a charge of nothing", as(t, daniel), open(daniel, freeID, "1"), codes.FailedPrecondition, "LINE_NOT_DISPUTABLE"},
		{"the reversal of a credit", as(t, daniel), open(daniel, reversalID, "1"), codes.FailedPrecondition, "LINE_NOT_DISPUTABLE"},
		{"an invoice of last year", as(t, daniel), open(daniel, oldID, "1"), codes.FailedPrecondition, "INVOICE_TOO_OLD"},
		{"a line that is disputed", as(t, daniel), open(daniel, invoice, film), codes.FailedPrecondition, "LINE_ALREADY_DISPUTED"},
		{"lines of which one is disputed", agent(t), open(daniel, invoice, plan, film), codes.FailedPrecondition, "LINE_ALREADY_DISPUTED"},
		{"nobody vouched for who asks", weak(t, daniel), open(daniel, invoice, bundle), codes.PermissionDenied, "ASSURANCE_TOO_LOW"},
		{"a service on its own", alone(t), open(daniel, invoice, bundle), codes.PermissionDenied, "ON_BEHALF_REQUIRED"},
		{"a partner", partner(t), open(daniel, invoice, bundle), codes.PermissionDenied, "ROLE_NOT_ALLOWED"},
		{"no line", as(t, daniel), open(daniel, invoice), codes.InvalidArgument, "FIELD_INVALID"},
		{"a line twice", as(t, daniel), open(daniel, invoice, bundle, bundle), codes.InvalidArgument, "FIELD_INVALID"},
		{"no request id", as(t, daniel), changed(func(r *billingv1.OpenDisputeRequest) { r.RequestId = "" }), codes.InvalidArgument, "FIELD_INVALID"},
		{"a novel for a reason", as(t, daniel), changed(func(r *billingv1.OpenDisputeRequest) { r.Reason = strings.Repeat("a", 2001) }),
			codes.InvalidArgument, "FIELD_INVALID"},
		{"a customer id that is none", agent(t), open("daniel", invoice, bundle), codes.InvalidArgument, "ID_INVALID"},
		{"an invoice id that is none", agent(t), open(daniel, "AUR-1", bundle), codes.InvalidArgument, "ID_INVALID"},
		{"a conversation that is none", as(t, daniel), changed(func(r *billingv1.OpenDisputeRequest) { r.ConversationId = "SMS" }),
			codes.InvalidArgument, "ID_INVALID"},
		{"a message that is none", as(t, daniel), changed(func(r *billingv1.OpenDisputeRequest) { r.MessageId = "SM1" }),
			codes.InvalidArgument, "ID_INVALID"},
	})
}

// Who is told that a line is disputed learns the case that has it, to be told about it instead.
func TestALineThatIsDisputedNamesItsCase(t *testing.T) {
	w := start(t)
	daniel, invoice := w.daniel(t)
	d := w.opens(t, daniel, invoice, bundle)
	_, err := w.disputes.OpenDispute(as(t, daniel), ask(daniel, invoice, plan, bundle))
	got := fault.Info(err).GetMetadata()
	if got["line_id"] != bundle || got["dispute_id"] != d.GetId() || got["dispute_number"] != d.GetNumber() {
		t.Errorf("got %v", got)
	}
	w.decides(t, reject(d, "It was ordered."))
	_, err = w.disputes.OpenDispute(as(t, daniel), ask(daniel, invoice, bundle)) // what was decided is decided
	expectFault(t, err, codes.FailedPrecondition, "LINE_ALREADY_DISPUTED", "")
}

func TestWhoMayNotDecide(t *testing.T) {
	w := start(t)
	daniel, invoice := w.daniel(t)
	ana := newCustomer()
	d := w.opens(t, daniel, invoice, bundle)
	decide := func(req *billingv1.ResolveDisputeRequest) func(context.Context) error {
		return attempt(w.disputes.ResolveDispute, req)
	}
	changed := func(change func(*billingv1.ResolveDisputeRequest)) func(context.Context) error {
		req := reject(d, "It was ordered.")
		change(req)
		return decide(req)
	}
	agentForDaniel := caller.With(t.Context(), caller.OnBehalfOf(caller.From(agent(t)), daniel, accessv1.Assurance_ASSURANCE_STRONG))
	neighbour := caller.With(t.Context(), &accessv1.Caller{
		Tenant: "borealis", Principal: "agent:spy", Role: accessv1.Role_ROLE_AGENT, Scopes: []string{"*"},
	})
	reader := caller.With(t.Context(), &accessv1.Caller{
		Tenant: "aurora", Principal: "agent:trainee", Role: accessv1.Role_ROLE_AGENT, Scopes: []string{"billing.read"},
	})
	refuse(t, w, []refusal{
		{"the assistant for the customer", as(t, daniel), decide(uphold(d)), codes.PermissionDenied, "ROLE_NOT_ALLOWED"},
		{"a service on its own", alone(t), decide(uphold(d)), codes.PermissionDenied, "ROLE_NOT_ALLOWED"},
		{"a partner", partner(t), decide(uphold(d)), codes.PermissionDenied, "ROLE_NOT_ALLOWED"},
		{"an agent on behalf of the customer", agentForDaniel, decide(uphold(d)), codes.PermissionDenied, "NOT_FOR_CUSTOMERS"},
		{"an agent who may only read", reader, decide(uphold(d)), codes.PermissionDenied, "SCOPE_MISSING"},
		{"an agent of another tenant", neighbour, decide(uphold(d)), codes.NotFound, "DISPUTE_NOT_FOUND"},
		{"no such dispute", agent(t), changed(func(r *billingv1.ResolveDisputeRequest) { r.DisputeId = typeid.New("dispute") }),
			codes.NotFound, "DISPUTE_NOT_FOUND"},
		{"a dispute id that is none", agent(t), changed(func(r *billingv1.ResolveDisputeRequest) { r.DisputeId = d.GetNumber() }),
			codes.InvalidArgument, "ID_INVALID"},
		{"rejected without a reason", agent(t), decide(reject(d, "")), codes.InvalidArgument, "DECISION_REASON_REQUIRED"},
		{"rejected with a blank reason", agent(t), decide(reject(d, " \n ")), codes.InvalidArgument, "DECISION_REASON_REQUIRED"},
		{"an etag that never was", agent(t), changed(func(r *billingv1.ResolveDisputeRequest) { r.Etag = "r9" }), codes.Aborted, "ETAG_STALE"},
		{"no etag", agent(t), changed(func(r *billingv1.ResolveDisputeRequest) { r.Etag = "" }), codes.InvalidArgument, "FIELD_INVALID"},
		{"no outcome", agent(t), changed(func(r *billingv1.ResolveDisputeRequest) { r.Outcome = 0 }), codes.InvalidArgument, "FIELD_INVALID"},
		{"withdrawn by somebody else", as(t, ana), attempt(w.disputes.WithdrawDispute, withdraw(d)), codes.NotFound, "DISPUTE_NOT_FOUND"},
		{"withdrawn by a service on its own", alone(t), attempt(w.disputes.WithdrawDispute, withdraw(d)), codes.PermissionDenied, "ON_BEHALF_REQUIRED"},
		{"withdrawn by somebody nobody vouched for", weak(t, daniel), attempt(w.disputes.WithdrawDispute, withdraw(d)),
			codes.PermissionDenied, "ASSURANCE_TOO_LOW"},
		{"withdrawn with an etag that never was", as(t, daniel), attempt(w.disputes.WithdrawDispute, &billingv1.WithdrawDisputeRequest{
			RequestId: requestID(), DisputeId: d.GetId(), Etag: "r0",
		}), codes.Aborted, "ETAG_STALE"},
	})
}

// What is closed stays closed, whatever is asked of it and by whom.
func TestWhatIsClosedStaysClosed(t *testing.T) {
	for state, end := range map[string]func(*testing.T, *world, *billingv1.Dispute) *billingv1.Dispute{
		"UPHELD": func(t *testing.T, w *world, d *billingv1.Dispute) *billingv1.Dispute { return w.decides(t, uphold(d)) },
		"REJECTED": func(t *testing.T, w *world, d *billingv1.Dispute) *billingv1.Dispute {
			return w.decides(t, reject(d, "No."))
		},
		"WITHDRAWN": func(t *testing.T, w *world, d *billingv1.Dispute) *billingv1.Dispute { return w.withdraws(t, d) },
	} {
		t.Run(state, func(t *testing.T) {
			w := start(t)
			daniel, invoice := w.daniel(t)
			d := w.opens(t, daniel, invoice, bundle)
			closed := end(t, w, d)
			closedCall := func(req *billingv1.ResolveDisputeRequest) func(context.Context) error {
				return func(ctx context.Context) error {
					_, err := w.disputes.ResolveDispute(ctx, req)
					if got := fault.Info(err).GetMetadata()["state"]; fault.Reason(err) == "DISPUTE_CLOSED" && got != state {
						t.Errorf("told it is %q", got)
					}
					return err
				}
			}
			w.clock.set(morning.AddDate(0, 2, 0)) // no clock ticks for it any more
			refuse(t, w, []refusal{
				{"upheld", agent(t), closedCall(uphold(closed)), codes.FailedPrecondition, "DISPUTE_CLOSED"},
				{"rejected", agent(t), closedCall(reject(closed, "No.")), codes.FailedPrecondition, "DISPUTE_CLOSED"},
				{"withdrawn", as(t, daniel), attempt(w.disputes.WithdrawDispute, withdraw(closed)), codes.FailedPrecondition, "DISPUTE_CLOSED"},
			})
			if got := w.dispute(t, d.GetId()); len(got.GetTransitions()) != 2 {
				t.Errorf("the trail is %v", got.GetTransitions())
			}
		})
	}
}

func TestDisputesOfOthers(t *testing.T) {
	w := start(t)
	daniel, invoice := w.daniel(t)
	ana := newCustomer()
	d := w.opens(t, daniel, invoice, bundle)
	byID := &billingv1.GetDisputeRequest{Dispute: &billingv1.GetDisputeRequest_DisputeId{DisputeId: d.GetId()}}
	byNumber := &billingv1.GetDisputeRequest{Dispute: &billingv1.GetDisputeRequest_Number{Number: d.GetNumber()}}
	ofDispute := &billingv1.ListLedgerEntriesRequest{Of: &billingv1.ListLedgerEntriesRequest_DisputeId{DisputeId: d.GetId()}}
	ofCustomer := &billingv1.ListLedgerEntriesRequest{Of: &billingv1.ListLedgerEntriesRequest_CustomerId{CustomerId: daniel}}
	number := func(n string) func(context.Context) error {
		return attempt(w.disputes.GetDispute, &billingv1.GetDisputeRequest{Dispute: &billingv1.GetDisputeRequest_Number{Number: n}})
	}
	refuse(t, w, []refusal{
		{"read by id", as(t, ana), attempt(w.disputes.GetDispute, byID), codes.NotFound, "DISPUTE_NOT_FOUND"},
		{"read by number", as(t, ana), attempt(w.disputes.GetDispute, byNumber), codes.NotFound, "DISPUTE_NOT_FOUND"},
		{"listed", as(t, ana), attempt(w.disputes.ListDisputes, &billingv1.ListDisputesRequest{CustomerId: daniel}), codes.NotFound, "CUSTOMER_NOT_FOUND"},
		{"everybody's, for one customer", as(t, ana), attempt(w.disputes.ListDisputes, &billingv1.ListDisputesRequest{}), codes.NotFound, "CUSTOMER_NOT_FOUND"},
		{"its entries", as(t, ana), attempt(w.disputes.ListLedgerEntries, ofDispute), codes.NotFound, "DISPUTE_NOT_FOUND"},
		{"the customer's entries", as(t, ana), attempt(w.disputes.ListLedgerEntries, ofCustomer), codes.NotFound, "CUSTOMER_NOT_FOUND"},
		{"the next bill", as(t, ana), attempt(w.billing.PreviewNextInvoice, &billingv1.PreviewNextInvoiceRequest{CustomerId: daniel}),
			codes.NotFound, "INVOICE_NOT_FOUND"},
		{"the books, for a customer", as(t, daniel), attempt(w.disputes.ReconcileLedger, &billingv1.ReconcileLedgerRequest{}),
			codes.PermissionDenied, "NOT_FOR_CUSTOMERS"},
		{"no such number", agent(t), number("CL-1"), codes.NotFound, "DISPUTE_NOT_FOUND"},
		{"a number that is none", agent(t), number("CL-1 OR 1=1"), codes.InvalidArgument, "FIELD_INVALID"},
		{"neither id nor number", agent(t), attempt(w.disputes.GetDispute, &billingv1.GetDisputeRequest{}), codes.InvalidArgument, "FIELD_INVALID"},
		{"entries of nobody", agent(t), attempt(w.disputes.ListLedgerEntries, &billingv1.ListLedgerEntriesRequest{}), codes.InvalidArgument, "FIELD_INVALID"},
	})
	if _, err := w.disputes.ListLedgerEntries(as(t, daniel), ofCustomer); err != nil {
		t.Errorf("Daniel reads his own: %v", err)
	}
}

func TestACustomerWhoWasErased(t *testing.T) {
	w := start(t)
	daniel, invoice := w.daniel(t)
	d := w.opens(t, daniel, invoice, bundle)
	if err := w.keeper.Destroy(t.Context(), seal.Customer(daniel)); err != nil {
		t.Fatal(err)
	}
	got := w.dispute(t, d.GetId())
	if got.GetInvoiceNumber() != "" || got.GetReason() != "" || got.GetState() != billingv1.Dispute_STATE_OPEN {
		t.Errorf("left is %v", got)
	}
	issue := &billingv1.IssueInvoiceRequest{RequestId: requestID(), CustomerId: daniel, Invoice: bill("AUR-M", 3, 60_00)}
	refuse(t, w, []refusal{
		{"another dispute", agent(t), attempt(w.disputes.OpenDispute, ask(daniel, invoice, film)), codes.NotFound, "INVOICE_NOT_FOUND"},
		{"a bill", operator(t), attempt(w.billing.IssueInvoice, issue), codes.FailedPrecondition, "CUSTOMER_ERASED"},
		{"a reason to be kept", agent(t), attempt(w.disputes.ResolveDispute, reject(d, "No.")), codes.FailedPrecondition, "CUSTOMER_ERASED"},
	})
	if got := w.decides(t, uphold(d)); got.GetState() != billingv1.Dispute_STATE_UPHELD { // the money still needs an end
		t.Errorf("got %v", got)
	}
	w.expectBalanced(t)
}
