package billing_test

import (
	"context"
	"fmt"
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
