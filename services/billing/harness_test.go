package billing_test

import (
	"context"
	"log/slog"
	"os"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/parleyhq/parley/mesh/bus"
	"github.com/parleyhq/parley/mesh/caller"
	"github.com/parleyhq/parley/mesh/fault"
	"github.com/parleyhq/parley/mesh/node"
	"github.com/parleyhq/parley/mesh/page"
	"github.com/parleyhq/parley/mesh/rpc"
	"github.com/parleyhq/parley/mesh/seal"
	"github.com/parleyhq/parley/mesh/seal/sealtest"
	"github.com/parleyhq/parley/mesh/store"
	"github.com/parleyhq/parley/mesh/store/storetest"
	"github.com/parleyhq/parley/mesh/typeid"
	accessv1 "github.com/parleyhq/parley/proto/gen/parley/access/v1"
	billingv1 "github.com/parleyhq/parley/proto/gen/parley/billing/v1"
	"github.com/parleyhq/parley/services/billing"
	"github.com/prometheus/client_golang/prometheus"
	"google.golang.org/genproto/googleapis/type/date"
	"google.golang.org/genproto/googleapis/type/money"
	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/proto"
)

// morning is nine o'clock in New York on Monday, 2 March 2026.
var morning = time.Date(2026, 3, 2, 14, 0, 0, 0, time.UTC)

// events is the bus of all tests: to start one takes longer than most of them.
var events *bus.Bus

func TestMain(m *testing.M) {
	os.Exit(withBus(m))
}

func withBus(m *testing.M) int {
	dir, err := os.MkdirTemp("", "parley-billing-")
	if err != nil {
		panic(err)
	}
	defer func() { _ = os.RemoveAll(dir) }()
	events, err = bus.Open(context.Background(), bus.Config{Dir: dir}, slog.New(slog.DiscardHandler), prometheus.NewRegistry())
	if err != nil {
		panic(err)
	}
	defer func() { _ = events.Close() }()
	return m.Run()
}

// world is the service, running, behind the layers that every call goes through.
type world struct {
	billing  billingv1.InvoiceServiceClient
	disputes billingv1.DisputeServiceClient
	clock    *hand
	bus      *bus.Bus
	keeper   *seal.Keeper
	db       *store.DB
	service  *billing.Service
	cfg      billing.Config
	t        testing.TB
}

// hand of a clock that is set by the test.
type hand struct {
	mu sync.Mutex
	at time.Time
}

func (h *hand) now() time.Time {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.at
}

func (h *hand) set(at time.Time) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.at = at
}

// start runs the service on SQLite.
func start(t testing.TB) *world { return startOn(t, storetest.Open) }

// onBothEngines runs the test over SQLite and over PostgreSQL.
func onBothEngines(t *testing.T, test func(t *testing.T, w *world)) {
	storetest.Engines(t, func(t *testing.T, open func(testing.TB, string) *store.DB) { test(t, startOn(t, open)) })
}

func startOn(t testing.TB, open func(testing.TB, string) *store.DB) *world {
	t.Helper()
	return startNamed(t, open, "billing")
}

// startNamed runs the service in a store of the name: each has its own.
func startNamed(t testing.TB, open func(testing.TB, string) *store.DB, name string) *world {
	t.Helper()
	w := &world{
		clock: &hand{at: morning}, bus: events, keeper: sealtest.New(t), db: open(t, name), cfg: billing.Default(), t: t,
	}
	w.run()
	t.Cleanup(w.stop)
	return w
}

// run the service on what is in the store.
func (w *world) run() {
	w.t.Helper()
	local := rpc.NewLocal(rpc.Deps{})
	s, err := billing.New(w.t.Context(), &node.Node{
		Log: slog.New(slog.DiscardHandler), Clock: w.clock.now, Server: local, Peers: local, Bus: w.bus, Seal: w.keeper,
		Pages: page.New(w.keeper), Store: func(context.Context, string) (*store.DB, error) { return w.db, nil },
	}, w.cfg)
	if err != nil {
		w.t.Fatal(err)
	}
	if err := s.Start(w.t.Context()); err != nil {
		w.t.Fatal(err)
	}
	if err := s.Ready(w.t.Context()); err != nil {
		w.t.Fatal(err)
	}
	w.service = s
	w.billing, w.disputes = billingv1.NewInvoiceServiceClient(local), billingv1.NewDisputeServiceClient(local)
}

func (w *world) stop() {
	if err := w.service.Stop(context.Background()); err != nil {
		w.t.Error(err)
	}
}

// restart the service, as a process does that was stopped for a while.
func (w *world) restart() {
	w.t.Helper()
	w.stop()
	w.run()
}

func (w *world) imports(t testing.TB, customerID string, invoices ...*billingv1.Invoice) []*billingv1.Invoice {
	t.Helper()
	res, err := w.billing.ImportInvoices(operator(t), &billingv1.ImportInvoicesRequest{CustomerId: customerID, Invoices: invoices})
	if err != nil {
		t.Fatal(err)
	}
	return res.GetInvoices()
}

func newCustomer() string { return typeid.New("customer") }

func operator(t testing.TB) context.Context {
	return caller.With(t.Context(), &accessv1.Caller{
		Tenant: "aurora", Principal: "key:demo", Role: accessv1.Role_ROLE_OPERATOR,
		Scopes: []string{"billing.read", "billing.write"},
	})
}

// agent is a person who handles conversations.
func agent(t testing.TB) context.Context {
	return caller.With(t.Context(), &accessv1.Caller{
		Tenant: "aurora", Principal: "agent:agent-ana", Role: accessv1.Role_ROLE_AGENT,
		Assurance: accessv1.Assurance_ASSURANCE_NONE, Scopes: []string{"billing.read", "billing.write"},
	})
}

// as the assistant, for the customer who wrote from an address that the vendor vouched for.
func as(t testing.TB, customerID string) context.Context {
	return caller.With(t.Context(), caller.OnBehalfOf(caller.Service("aurora", "assistant"), customerID,
		accessv1.Assurance_ASSURANCE_CHANNEL_POSSESSION))
}

func line(product, description string, cents int64) *billingv1.InvoiceLine {
	return &billingv1.InvoiceLine{Product: product, Description: description, Amount: dollars(cents)}
}

func dollars(cents int64) *money.Money {
	return &money.Money{CurrencyCode: "USD", Units: cents / 100, Nanos: int32(cents%100) * 10_000_000}
}

func day(year, month, day int32) *date.Date { return &date.Date{Year: year, Month: month, Day: day} }

func requestID() string { return uuid.NewString() }

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
