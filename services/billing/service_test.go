package billing_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/parleyhq/parley/mesh/caller"
	"github.com/parleyhq/parley/mesh/clock"
	"github.com/parleyhq/parley/mesh/fault"
	"github.com/parleyhq/parley/mesh/node"
	"github.com/parleyhq/parley/mesh/page"
	"github.com/parleyhq/parley/mesh/rpc"
	"github.com/parleyhq/parley/mesh/seal/sealtest"
	"github.com/parleyhq/parley/mesh/store"
	"github.com/parleyhq/parley/mesh/store/storetest"
	"github.com/parleyhq/parley/mesh/typeid"
	accessv1 "github.com/parleyhq/parley/proto/gen/parley/access/v1"
	billingv1 "github.com/parleyhq/parley/proto/gen/parley/billing/v1"
	"github.com/parleyhq/parley/services/billing"
	"google.golang.org/genproto/googleapis/type/date"
	"google.golang.org/genproto/googleapis/type/money"
	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/proto"
)

// Daniel's bill: the amount, what is usual, and the line that makes the difference, to the cent.
func TestWhyIsMyBillSoHigh(t *testing.T) {
	w := start(t)
	daniel := newCustomer()
	year := w.imports(t, daniel, history(11)...)
	high := bill("AUR-12", 12, 189_90)
	high.Lines = append(high.Lines, line("ppv-bundle", "Pay-per-view bundle", 70_00))
	high.Total = dollars(259_90)
	w.imports(t, daniel, high)

	res, err := w.billing.CheckInvoice(as(t, daniel), &billingv1.CheckInvoiceRequest{CustomerId: daniel})
	if err != nil {
		t.Fatal(err)
	}
	check := res.GetCheck()
	if check.GetComparedInvoiceCount() != 11 || check.GetInvoice().GetNumber() != "AUR-12" {
		t.Errorf("checked %s against %d", check.GetInvoice().GetNumber(), check.GetComparedInvoiceCount())
	}
	expectMoney(t, "usual total", check.GetUsualTotal(), dollars(189_90))
	expectMoney(t, "difference", check.GetDifference(), dollars(70_00))
	if len(check.GetFindings()) != 1 {
		t.Fatalf("got findings %v, want one", check.GetFindings())
	}
	want := &billingv1.Finding{
		Kind: billingv1.Finding_KIND_NEW, Product: "ppv-bundle", Description: "Pay-per-view bundle",
		Amount: dollars(70_00), UsualAmount: dollars(0), Difference: dollars(70_00), LineIds: []string{"2"},
	}
	if got := check.GetFindings()[0]; !proto.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}

	first, err := w.billing.CheckInvoice(as(t, daniel),
		&billingv1.CheckInvoiceRequest{CustomerId: daniel, InvoiceId: year[0].GetId()})
	if err != nil {
		t.Fatal(err)
	}
	if c := first.GetCheck(); c.GetComparedInvoiceCount() != 0 || c.GetUsualTotal() != nil || c.GetFindings() != nil {
		t.Errorf("the first invoice ever has nothing to be compared with, got %v", c)
	}
}

func TestInvoicesInAnotherCurrencyAreNotCompared(t *testing.T) {
	w := start(t)
	ana := newCustomer()
	euros := bill("AUR-1", 1, 100_00)
	euros.Total.CurrencyCode, euros.Lines[0].Amount.CurrencyCode = "EUR", "EUR"
	w.imports(t, ana, euros, bill("AUR-2", 2, 60_00), bill("AUR-3", 3, 60_00))
	res, err := w.billing.CheckInvoice(as(t, ana), &billingv1.CheckInvoiceRequest{CustomerId: ana})
	if err != nil || res.GetCheck().GetComparedInvoiceCount() != 1 {
		t.Errorf("got %v, %v, want one invoice to compare with", res, err)
	}
}

func TestAtMostTwelveInvoicesAreCompared(t *testing.T) {
	w := start(t)
	ana := newCustomer()
	w.imports(t, ana, history(15)...)
	res, err := w.billing.CheckInvoice(as(t, ana), &billingv1.CheckInvoiceRequest{CustomerId: ana})
	if err != nil || res.GetCheck().GetComparedInvoiceCount() != 12 {
		t.Errorf("got %v, %v, want twelve invoices to compare with", res, err)
	}
}

func TestListInvoices(t *testing.T) {
	w := start(t)
	daniel := newCustomer()
	w.imports(t, daniel, history(7)...)
	var numbers []string
	token := ""
	for {
		res, err := w.billing.ListInvoices(as(t, daniel),
			&billingv1.ListInvoicesRequest{CustomerId: daniel, PageSize: 3, PageToken: token})
		if err != nil {
			t.Fatal(err)
		}
		for _, i := range res.GetInvoices() {
			numbers = append(numbers, i.GetNumber())
		}
		if token = res.GetNextPageToken(); token == "" {
			break
		}
		_, err = w.billing.ListInvoices(operator(t), &billingv1.ListInvoicesRequest{CustomerId: newCustomer(), PageToken: token})
		expectFault(t, err, codes.InvalidArgument, "PAGE_TOKEN_INVALID", "page_token")
	}
	want := []string{"AUR-7", "AUR-6", "AUR-5", "AUR-4", "AUR-3", "AUR-2", "AUR-1"}
	if !slices.Equal(numbers, want) {
		t.Errorf("got %v, want %v", numbers, want)
	}
	res, err := w.billing.ListInvoices(operator(t), &billingv1.ListInvoicesRequest{CustomerId: newCustomer()})
	if err != nil || len(res.GetInvoices()) != 0 {
		t.Errorf("who was never billed has %v, %v", res, err)
	}
}

func TestInvoicesOfOthers(t *testing.T) {
	w := start(t)
	daniel, ana := newCustomer(), newCustomer()
	id := w.imports(t, daniel, bill("AUR-1", 1, 60_00))[0].GetId()
	if _, err := w.billing.GetInvoice(as(t, daniel), &billingv1.GetInvoiceRequest{InvoiceId: id}); err != nil {
		t.Errorf("Daniel reads his own invoice: %v", err)
	}
	neighbour := caller.With(t.Context(), caller.Service("borealis", "test"))
	weak := caller.With(t.Context(),
		caller.OnBehalfOf(caller.Service("aurora", "assistant"), daniel, accessv1.Assurance_ASSURANCE_NONE))
	cases := []struct {
		name   string
		ctx    context.Context
		call   func(context.Context) error
		code   codes.Code
		reason string
	}{
		{"Ana reads Daniel's invoice", as(t, ana), w.get(id), codes.NotFound, "INVOICE_NOT_FOUND"},
		{"Ana lists Daniel's invoices", as(t, ana), w.list(daniel), codes.NotFound, "INVOICE_NOT_FOUND"},
		{"Ana checks Daniel's invoices", as(t, ana), w.check(daniel, ""), codes.NotFound, "INVOICE_NOT_FOUND"},
		{"Ana checks Daniel's invoice as hers", as(t, ana), w.check(ana, id), codes.NotFound, "INVOICE_NOT_FOUND"},
		{"another tenant reads it", neighbour, w.get(id), codes.NotFound, "INVOICE_NOT_FOUND"},
		{"another tenant checks it", neighbour, w.check(daniel, ""), codes.NotFound, "INVOICE_NOT_FOUND"},
		{"nobody vouched for who asks", weak, w.get(id), codes.PermissionDenied, "ASSURANCE_TOO_LOW"},
		{"there is no such invoice", operator(t), w.get(typeid.New("invoice")), codes.NotFound, "INVOICE_NOT_FOUND"},
		{"nothing was ever billed", operator(t), w.check(ana, ""), codes.NotFound, "INVOICE_NOT_FOUND"},
		{"an invoice id that is none", operator(t), w.get("AUR-1"), codes.InvalidArgument, "ID_INVALID"},
		{"a customer id that is none", operator(t), w.list("daniel"), codes.InvalidArgument, "ID_INVALID"},
		{"a customer id in place of the invoice's", operator(t), w.check(daniel, ana), codes.InvalidArgument, "ID_INVALID"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) { expectFault(t, c.call(c.ctx), c.code, c.reason, "") })
	}
}

func TestImportInvoices(t *testing.T) {
	cases := []struct {
		name          string
		change        func(*billingv1.Invoice)
		code          codes.Code
		reason, field string
	}{
		{"the same again", func(*billingv1.Invoice) {}, codes.OK, "", ""},
		{"the same number with another amount", func(i *billingv1.Invoice) {
			i.Lines[0].Amount, i.Total = dollars(61_00), dollars(61_00)
		}, codes.AlreadyExists, "INVOICE_DIFFERS", "invoices[1]"},
		{"the same number with another description", func(i *billingv1.Invoice) {
			i.Lines[0].Description = "Something else"
		}, codes.AlreadyExists, "INVOICE_DIFFERS", "invoices[1]"},
		{"lines that do not sum to the total", func(i *billingv1.Invoice) {
			i.Total = dollars(60_01)
		}, codes.InvalidArgument, "INVOICE_UNBALANCED", "invoices[1].total"},
		{"a line in another currency", func(i *billingv1.Invoice) {
			i.Lines[0].Amount.CurrencyCode = "EUR"
		}, codes.InvalidArgument, "CURRENCY_MISMATCH", "invoices[1].lines[0].amount"},
		{"an amount finer than a cent", func(i *billingv1.Invoice) {
			i.Lines[0].Amount.Nanos = 1
		}, codes.InvalidArgument, "AMOUNT_INVALID", "invoices[1].lines[0].amount"},
		{"no total", func(i *billingv1.Invoice) {
			i.Total = nil
		}, codes.InvalidArgument, "CURRENCY_INVALID", "invoices[1].total"},
		{"a day that does not exist", func(i *billingv1.Invoice) {
			i.IssueDate.Month, i.IssueDate.Day = 2, 30
		}, codes.InvalidArgument, "DATE_INVALID", "invoices[1].issue_date"},
		{"a period without a day", func(i *billingv1.Invoice) {
			i.PeriodStartDate.Day = 0
		}, codes.InvalidArgument, "DATE_INVALID", "invoices[1].period_start_date"},
		{"a due date of a month only", func(i *billingv1.Invoice) {
			i.DueDate = &date.Date{Year: 2026, Month: 3}
		}, codes.InvalidArgument, "DATE_INVALID", "invoices[1].due_date"},
		{"no number", func(i *billingv1.Invoice) {
			i.Number = " "
		}, codes.InvalidArgument, "TEXT_INVALID", "invoices[1].number"},
		{"a line of no product", func(i *billingv1.Invoice) {
			i.Lines[0].Product = ""
		}, codes.InvalidArgument, "TEXT_INVALID", "invoices[1].lines[0].product"},
		{"two lines of one id", func(i *billingv1.Invoice) {
			i.Lines = append(i.Lines, line("film", "Film", 0))
			i.Lines[0].Id, i.Lines[1].Id = "a", "a"
		}, codes.InvalidArgument, "LINE_ID_DUPLICATE", "invoices[1].lines"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			w := start(t)
			daniel := newCustomer()
			before := w.imports(t, daniel, bill("AUR-1", 1, 60_00))
			second := bill("AUR-1", 1, 60_00)
			c.change(second)
			res, err := w.billing.ImportInvoices(operator(t), &billingv1.ImportInvoicesRequest{
				CustomerId: daniel, Invoices: []*billingv1.Invoice{bill("AUR-2", 2, 60_00), second},
			})
			expectFault(t, err, c.code, c.reason, c.field)
			if err == nil {
				if !proto.Equal(res.GetInvoices()[1], before[0]) {
					t.Errorf("got %v, want it as it was: %v", res.GetInvoices()[1], before[0])
				}
				return
			}
			kept, err := w.billing.ListInvoices(operator(t), &billingv1.ListInvoicesRequest{CustomerId: daniel})
			if err != nil || len(kept.GetInvoices()) != 1 {
				t.Errorf("after a refused import there are %v, %v, want the one of before", kept, err)
			}
		})
	}
}

func TestANumberOfAnotherCustomer(t *testing.T) {
	w := start(t)
	w.imports(t, newCustomer(), bill("AUR-1", 1, 60_00))
	_, err := w.billing.ImportInvoices(operator(t), &billingv1.ImportInvoicesRequest{
		CustomerId: newCustomer(), Invoices: []*billingv1.Invoice{bill("AUR-1", 1, 60_00)},
	})
	expectFault(t, err, codes.AlreadyExists, "INVOICE_DIFFERS", "invoices[0]")
}

func TestConfig(t *testing.T) {
	for compared, ok := range map[int]bool{0: false, 1: true, 12: true, 13: false} {
		if err := (billing.Config{Compared: compared}).Validate(); (err == nil) != ok {
			t.Errorf("%d compared: %v", compared, err)
		}
	}
}

type world struct {
	billing billingv1.InvoiceServiceClient
}

// start runs the service in process, behind the layers that every call goes through.
func start(t *testing.T) world {
	t.Helper()
	local := rpc.NewLocal(rpc.Deps{})
	keeper := sealtest.New(t)
	n := &node.Node{
		Clock: clock.System, Server: local, Peers: local, Seal: keeper, Pages: page.New(keeper),
		Store: func(_ context.Context, name string) (*store.DB, error) { return storetest.Open(t, name), nil },
	}
	s, err := billing.New(t.Context(), n, billing.Default())
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := s.Ready(t.Context()); err != nil {
		t.Fatal(err)
	}
	return world{billingv1.NewInvoiceServiceClient(local)}
}

func (w world) imports(t testing.TB, customerID string, invoices ...*billingv1.Invoice) []*billingv1.Invoice {
	t.Helper()
	res, err := w.billing.ImportInvoices(operator(t), &billingv1.ImportInvoicesRequest{CustomerId: customerID, Invoices: invoices})
	if err != nil {
		t.Fatal(err)
	}
	return res.GetInvoices()
}

func (w world) get(id string) func(context.Context) error {
	return func(ctx context.Context) error {
		_, err := w.billing.GetInvoice(ctx, &billingv1.GetInvoiceRequest{InvoiceId: id})
		return err
	}
}

func (w world) list(customerID string) func(context.Context) error {
	return func(ctx context.Context) error {
		_, err := w.billing.ListInvoices(ctx, &billingv1.ListInvoicesRequest{CustomerId: customerID})
		return err
	}
}

func (w world) check(customerID, id string) func(context.Context) error {
	return func(ctx context.Context) error {
		_, err := w.billing.CheckInvoice(ctx, &billingv1.CheckInvoiceRequest{CustomerId: customerID, InvoiceId: id})
		return err
	}
}

func newCustomer() string { return typeid.New("customer") }

func operator(t testing.TB) context.Context {
	return caller.With(t.Context(), &accessv1.Caller{
		Tenant: "aurora", Principal: "key:demo", Role: accessv1.Role_ROLE_OPERATOR,
		Scopes: []string{"billing.read", "billing.write"},
	})
}

// as the assistant, for the customer who wrote from an address that the vendor vouched for.
func as(t testing.TB, customerID string) context.Context {
	return caller.With(t.Context(), caller.OnBehalfOf(caller.Service("aurora", "assistant"), customerID,
		accessv1.Assurance_ASSURANCE_CHANNEL_POSSESSION))
}

// history is a bill of $189.90 for each of the months, the oldest first.
func history(months int) []*billingv1.Invoice {
	var bills []*billingv1.Invoice
	for month := range months {
		bills = append(bills, bill(fmt.Sprintf("AUR-%d", month+1), month+1, 189_90))
	}
	return bills
}

// bill of the month, counted from January 2026.
func bill(number string, month int, cents int64) *billingv1.Invoice {
	issued := time.Date(2026, time.Month(month), 5, 0, 0, 0, 0, time.UTC)
	return &billingv1.Invoice{
		Number:          number,
		PeriodStartDate: &date.Date{Year: int32(issued.Year()), Month: int32(issued.Month()), Day: 1},
		IssueDate:       &date.Date{Year: int32(issued.Year()), Month: int32(issued.Month()), Day: 5},
		Lines:           []*billingv1.InvoiceLine{line("plan-tv-max", "TV Max and Internet 500", cents)},
		Total:           dollars(cents),
	}
}

func line(product, description string, cents int64) *billingv1.InvoiceLine {
	return &billingv1.InvoiceLine{Product: product, Description: description, Amount: dollars(cents)}
}

func dollars(cents int64) *money.Money {
	return &money.Money{CurrencyCode: "USD", Units: cents / 100, Nanos: int32(cents%100) * 10_000_000}
}

func expectMoney(t testing.TB, what string, got, want *money.Money) {
	t.Helper()
	if !proto.Equal(got, want) {
		t.Errorf("%s: got %v, want %v", what, got, want)
	}
}

// expectFault holds an error against its code, its reason and, when one is named, its field.
func expectFault(t testing.TB, err error, code codes.Code, reason, field string) {
	t.Helper()
	if fault.Code(err) != code || fault.Reason(err) != reason {
		t.Errorf("got %v (%s), want %s %s", err, fault.Reason(err), code, reason)
		return
	}
	if got := fault.Info(err).GetMetadata()["field"]; field != "" && got != field {
		t.Errorf("got field %q, want %q", got, field)
	}
}
