package assistant

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/parleyhq/parley/mesh/caller"
	"github.com/parleyhq/parley/mesh/fault"
	billingv1 "github.com/parleyhq/parley/proto/gen/parley/billing/v1"
	"google.golang.org/genproto/googleapis/type/date"
	"google.golang.org/genproto/googleapis/type/money"
	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"
)

// Customers of the dialogues.
var (
	daniel = id("customer", 1) // a bill of $259.90 with a pay-per-view bundle of $70.00, and ten bills of $189.90 before it
	maria  = id("customer", 2) // the invoice AUR-2026-11-0002, and the case CL-22222222 about its film
	lucia  = id("customer", 3) // the same bill every month
	nobody = id("customer", 4) // no bill at all
)

// billing is InvoiceService and DisputeService as far as the assistant needs them. It keeps to their contract: nobody
// reaches another's records, a request has its effect once, a line has one dispute at most.
type billing struct {
	billingv1.UnimplementedInvoiceServiceServer
	billingv1.UnimplementedDisputeServiceServer
	now      func() time.Time
	invoices []*billingv1.Invoice // the newest last
	disputes []*billingv1.Dispute
	requests map[string]string // request id and payload, to dispute id
	// moved are the calls that moved money, in their order.
	moved []string
}

func newBilling(now func() time.Time) *billing {
	b := &billing{now: now, requests: map[string]string{}}
	for month := int32(1); month <= 11; month++ {
		lines := []*billingv1.InvoiceLine{
			line("1", "internet-500", "Internet 500", 79, 90), line("2", "tv-max", "TV Max", 90, 0), line("3", "calls", "Calls", 20, 0),
		}
		if month == 11 {
			lines = append(lines, line("4", "ppv-bundle", "Pay-per-view bundle", 70, 0))
		}
		b.bill(daniel, 1, month, lines...)
		b.bill(lucia, 3, month, line("1", "internet-300", "Internet 300", 50, 0), line("2", "latino", "Latino channels", 10, 0))
	}
	film := b.bill(maria, 2, 11, line("1", "internet-300", "Internet 300", 50, 0), line("2", "ppv-film", "Film", 6, 0))
	b.disputes = append(b.disputes, b.dispute(film, []string{"2"}, "CL-22222222"))
	return b
}

func line(id, product, description string, units int64, cents int32) *billingv1.InvoiceLine {
	return &billingv1.InvoiceLine{Id: id, Product: product, Description: description, Amount: usd(units, cents)}
}

func usd(units int64, cents int32) *money.Money {
	return &money.Money{CurrencyCode: "USD", Units: units, Nanos: cents * 10_000_000}
}

func cents(m *money.Money) int64 { return m.GetUnits()*100 + int64(m.GetNanos())/10_000_000 }

func fromCents(n int64) *money.Money { return usd(n/100, int32(n%100)) }

func (b *billing) bill(customer string, number int, month int32, lines ...*billingv1.InvoiceLine) *billingv1.Invoice {
	total := int64(0)
	for _, l := range lines {
		total += cents(l.GetAmount())
	}
	invoice := &billingv1.Invoice{
		Id: id("invoice", 100*number+int(month)), CustomerId: customer,
		Number:          fmt.Sprintf("AUR-2026-%02d-%04d", month, number),
		PeriodStartDate: &date.Date{Year: 2026, Month: month, Day: 1},
		DueDate:         &date.Date{Year: 2026, Month: month, Day: 21},
		Lines:           lines, Total: fromCents(total),
	}
	b.invoices = append(b.invoices, invoice)
	return invoice
}

func (b *billing) dispute(invoice *billingv1.Invoice, lines []string, number string) *billingv1.Dispute {
	amount := int64(0)
	for _, l := range invoice.GetLines() {
		if slices.Contains(lines, l.GetId()) {
			amount += cents(l.GetAmount())
		}
	}
	return &billingv1.Dispute{
		Id: id("dispute", len(b.disputes)+1), Number: number, CustomerId: invoice.GetCustomerId(), InvoiceId: invoice.GetId(),
		InvoiceNumber: invoice.GetNumber(), LineIds: lines, Amount: fromCents(amount), State: billingv1.Dispute_STATE_OPEN,
		DecisionDueDate:   &date.Date{Year: 2026, Month: 12, Day: 4},
		ProvisionalCredit: &billingv1.ProvisionalCredit{State: billingv1.ProvisionalCredit_STATE_PROVISIONAL, Amount: fromCents(amount)},
		CreateTime:        timestamppb.New(b.now()), Etag: "r1",
	}
}

var (
	noInvoice = fault.New(codes.NotFound, "INVOICE_NOT_FOUND", "no such invoice")
	noDispute = fault.New(codes.NotFound, "DISPUTE_NOT_FOUND", "no such dispute")
)

func (b *billing) of(ctx context.Context, customerID string) []*billingv1.Invoice {
	var own []*billingv1.Invoice
	for _, invoice := range slices.Backward(b.invoices) {
		if invoice.GetCustomerId() == customerID && caller.MayTouch(caller.From(ctx), customerID) {
			own = append(own, invoice)
		}
	}
	return own
}

func (b *billing) invoice(ctx context.Context, invoiceID string) (*billingv1.Invoice, error) {
	for _, invoice := range b.invoices {
		if invoice.GetId() == invoiceID && caller.MayTouch(caller.From(ctx), invoice.GetCustomerId()) {
			return invoice, nil
		}
	}
	return nil, noInvoice
}

func (b *billing) ListInvoices(ctx context.Context, req *billingv1.ListInvoicesRequest) (*billingv1.ListInvoicesResponse, error) {
	return &billingv1.ListInvoicesResponse{Invoices: b.of(ctx, req.GetCustomerId())}, nil
}

func (b *billing) GetInvoice(ctx context.Context, req *billingv1.GetInvoiceRequest) (*billingv1.GetInvoiceResponse, error) {
	invoice, err := b.invoice(ctx, req.GetInvoiceId())
	return &billingv1.GetInvoiceResponse{Invoice: invoice}, err
}

// CheckInvoice finds new what was on no earlier invoice; the invoices here differ in nothing else.
func (b *billing) CheckInvoice(ctx context.Context, req *billingv1.CheckInvoiceRequest) (*billingv1.CheckInvoiceResponse, error) {
	own := b.of(ctx, req.GetCustomerId())
	for len(own) > 0 && req.GetInvoiceId() != "" && own[0].GetId() != req.GetInvoiceId() {
		own = own[1:]
	}
	if len(own) == 0 {
		return nil, noInvoice
	}
	check := &billingv1.InvoiceCheck{Invoice: own[0], ComparedInvoiceCount: int32(len(own) - 1)}
	if len(own) == 1 {
		return &billingv1.CheckInvoiceResponse{Check: check}, nil
	}
	check.UsualTotal = own[1].GetTotal()
	check.Difference = fromCents(cents(own[0].GetTotal()) - cents(own[1].GetTotal()))
	for _, l := range own[0].GetLines()[len(own[1].GetLines()):] {
		check.Findings = append(check.Findings, &billingv1.Finding{
			Kind: billingv1.Finding_KIND_NEW, Product: l.GetProduct(), Description: l.GetDescription(), Amount: l.GetAmount(),
			UsualAmount: usd(0, 0), Difference: l.GetAmount(), LineIds: []string{l.GetId()},
		})
	}
	return &billingv1.CheckInvoiceResponse{Check: check}, nil
}

// once answers the dispute that the request had its effect on, and refuses another payload.
func (b *billing) once(requestID string, req proto.Message) (*billingv1.Dispute, error) {
	payload, err := proto.MarshalOptions{Deterministic: true}.Marshal(req)
	if err != nil {
		return nil, err
	}
	for known, disputeID := range b.requests {
		if known[:36] == requestID && known[36:] != string(payload) {
			return nil, fault.New(codes.AlreadyExists, "REQUEST_ID_REUSED", "another request of the same id")
		}
		if known == requestID+string(payload) {
			return b.byID(disputeID), nil
		}
	}
	b.requests[requestID+string(payload)] = ""
	return nil, nil
}

func (b *billing) done(method, requestID string, d *billingv1.Dispute) {
	for known := range b.requests {
		if known[:36] == requestID {
			b.requests[known] = d.GetId()
		}
	}
	b.moved = append(b.moved, fmt.Sprintf("%s %d.%02d", method, cents(d.GetAmount())/100, cents(d.GetAmount())%100))
}

func (b *billing) byID(disputeID string) *billingv1.Dispute {
	for _, d := range b.disputes {
		if d.GetId() == disputeID {
			return d
		}
	}
	return nil
}

func (b *billing) OpenDispute(ctx context.Context, req *billingv1.OpenDisputeRequest) (*billingv1.OpenDisputeResponse, error) {
	invoice, err := b.invoice(ctx, req.GetInvoiceId())
	if err != nil {
		return nil, err
	}
	if known, err := b.once(req.GetRequestId(), req); known != nil || err != nil {
		return &billingv1.OpenDisputeResponse{Dispute: known}, err
	}
	for _, other := range b.disputes {
		overlaps := slices.ContainsFunc(other.GetLineIds(), func(id string) bool { return slices.Contains(req.GetLineIds(), id) })
		if other.GetState() != billingv1.Dispute_STATE_WITHDRAWN && other.GetInvoiceId() == invoice.GetId() && overlaps {
			return nil, fault.New(codes.FailedPrecondition, "LINE_ALREADY_DISPUTED", "the line is disputed").
				With("dispute_id", other.GetId()).With("dispute_number", other.GetNumber())
		}
	}
	d := b.dispute(invoice, req.GetLineIds(), fmt.Sprintf("CL-1000000%d", len(b.disputes)))
	b.disputes = append(b.disputes, d)
	b.done("OpenDispute", req.GetRequestId(), d)
	return &billingv1.OpenDisputeResponse{Dispute: d}, nil
}

func (b *billing) WithdrawDispute(ctx context.Context, req *billingv1.WithdrawDisputeRequest) (*billingv1.WithdrawDisputeResponse, error) {
	d := b.byID(req.GetDisputeId())
	if d == nil || !caller.MayTouch(caller.From(ctx), d.GetCustomerId()) {
		return nil, noDispute
	}
	if known, err := b.once(req.GetRequestId(), req); known != nil || err != nil {
		return &billingv1.WithdrawDisputeResponse{Dispute: known}, err
	}
	if d.GetEtag() != req.GetEtag() {
		return nil, fault.New(codes.Aborted, "ETAG_STALE", "it has changed")
	}
	d.State, d.Etag = billingv1.Dispute_STATE_WITHDRAWN, d.GetEtag()+"w"
	b.done("WithdrawDispute", req.GetRequestId(), d)
	return &billingv1.WithdrawDisputeResponse{Dispute: d}, nil
}

func (b *billing) GetDispute(ctx context.Context, req *billingv1.GetDisputeRequest) (*billingv1.GetDisputeResponse, error) {
	for _, d := range b.disputes {
		asked := d.GetId() == req.GetDisputeId() || d.GetNumber() == req.GetNumber()
		if asked && caller.MayTouch(caller.From(ctx), d.GetCustomerId()) {
			return &billingv1.GetDisputeResponse{Dispute: d}, nil
		}
	}
	return nil, noDispute
}

func (b *billing) ListDisputes(_ context.Context, req *billingv1.ListDisputesRequest) (*billingv1.ListDisputesResponse, error) {
	response := &billingv1.ListDisputesResponse{}
	for _, d := range b.disputes {
		if d.GetCustomerId() == req.GetCustomerId() {
			response.Disputes = append(response.Disputes, d)
		}
	}
	return response, nil
}

// decide as staff do.
func (b *billing) decide(outcome, reason string) {
	d := b.disputes[len(b.disputes)-1]
	d.State, d.Etag = billingv1.Dispute_STATE_UPHELD, d.GetEtag()+"d"
	if outcome == "reject" {
		d.State = billingv1.Dispute_STATE_REJECTED
	}
	d.Decision = &billingv1.Decision{Reason: reason}
}
