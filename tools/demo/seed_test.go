package demo

import (
	"context"
	"net"
	"testing"

	"github.com/parleyhq/parley/mesh/caller"
	"github.com/parleyhq/parley/mesh/fault"
	billingv1 "github.com/parleyhq/parley/proto/gen/parley/billing/v1"
	identityv1 "github.com/parleyhq/parley/proto/gen/parley/identity/v1"
	routingv1 "github.com/parleyhq/parley/proto/gen/parley/routing/v1"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/test/bufconn"
)

// books keep what the services would: customers by reference, invoices by number, agents and queues by name.
type books struct {
	identityv1.UnimplementedIdentityServiceServer
	billingv1.UnimplementedInvoiceServiceServer
	routingv1.UnimplementedRoutingServiceServer

	customers map[string]*identityv1.CreateCustomerRequest
	invoices  map[string]string
	staff     map[string]bool
	failAfter int // imports; none when negative
}

func (b *books) ResolveCustomer(_ context.Context, r *identityv1.ResolveCustomerRequest) (*identityv1.ResolveCustomerResponse, error) {
	if r.GetCreate() {
		return nil, fault.Invalid("create", "CREATE", "seeding must not create in passing")
	}
	if b.customers[r.GetHandle().GetValue()] == nil {
		return nil, fault.New(codes.NotFound, "CUSTOMER_NOT_FOUND", "nobody holds this handle")
	}
	return &identityv1.ResolveCustomerResponse{Customer: &identityv1.Customer{Id: "id-" + r.GetHandle().GetValue()}}, nil
}

func (b *books) CreateCustomer(_ context.Context, r *identityv1.CreateCustomerRequest) (*identityv1.CreateCustomerResponse, error) {
	reference := r.GetHandles()[0].GetValue()
	if b.customers[reference] != nil {
		return nil, fault.New(codes.AlreadyExists, "HANDLE_TAKEN", "taken")
	}
	b.customers[reference] = r
	return &identityv1.CreateCustomerResponse{Customer: &identityv1.Customer{Id: "id-" + reference}}, nil
}

func (b *books) ImportInvoices(_ context.Context, r *billingv1.ImportInvoicesRequest) (*billingv1.ImportInvoicesResponse, error) {
	if b.failAfter == 0 {
		return nil, fault.New(codes.Unavailable, "DOWN", "down")
	}
	b.failAfter--
	for _, inv := range r.GetInvoices() {
		if kept, ok := b.invoices[inv.GetNumber()]; ok && kept != r.GetCustomerId()+inv.String() {
			return nil, fault.New(codes.AlreadyExists, "INVOICE_DIFFERS", "differs")
		}
		b.invoices[inv.GetNumber()] = r.GetCustomerId() + inv.String()
	}
	return &billingv1.ImportInvoicesResponse{Invoices: r.GetInvoices()}, nil
}

func (b *books) CreateQueue(_ context.Context, r *routingv1.CreateQueueRequest) (*routingv1.CreateQueueResponse, error) {
	return &routingv1.CreateQueueResponse{}, b.hire(r.GetQueue().GetName())
}

func (b *books) CreateAgent(_ context.Context, r *routingv1.CreateAgentRequest) (*routingv1.CreateAgentResponse, error) {
	return &routingv1.CreateAgentResponse{}, b.hire(r.GetAgent().GetName())
}

func (b *books) hire(name string) error {
	if b.staff[name] {
		return fault.New(codes.AlreadyExists, "NAME_TAKEN", "taken")
	}
	b.staff[name] = true
	return nil
}

func dial(t *testing.T, b *books) *grpc.ClientConn {
	t.Helper()
	listener := bufconn.Listen(1 << 20)
	server := grpc.NewServer()
	identityv1.RegisterIdentityServiceServer(server, b)
	billingv1.RegisterInvoiceServiceServer(server, b)
	routingv1.RegisterRoutingServiceServer(server, b)
	served := make(chan error, 1)
	go func() { served <- server.Serve(listener) }()
	conn, err := grpc.NewClient("passthrough:///books", grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithContextDialer(func(ctx context.Context, _ string) (net.Conn, error) { return listener.DialContext(ctx) }))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := conn.Close(); err != nil {
			t.Error(err)
		}
		server.Stop()
		if err := <-served; err != nil {
			t.Error(err)
		}
	})
	return conn
}

func TestSeedingAgainChangesNothing(t *testing.T) {
	b := &books{customers: map[string]*identityv1.CreateCustomerRequest{}, invoices: map[string]string{}, staff: map[string]bool{}, failAfter: 7}
	conn := dial(t, b)
	ctx := caller.With(t.Context(), caller.Service("aurora", "demo"))
	company := aurora(t)
	if err := Seed(ctx, conn, company, anchor); err == nil {
		t.Fatal("a start that was cut short must say so")
	}
	b.failAfter = -1
	for range 2 {
		if err := Seed(ctx, conn, company, anchor); err != nil {
			t.Fatal(err)
		}
	}
	if len(b.customers) != 25 || len(b.invoices) != 22*12+1+6+2 || len(b.staff) != 4 {
		t.Errorf("%d customers, %d invoices, %d agents and queues", len(b.customers), len(b.invoices), len(b.staff))
	}
	daniel := b.customers["AUR-0001"]
	if len(daniel.GetHandles()) != 3 || daniel.GetHandles()[1].GetValue() != "+12125550101" || daniel.GetLocale() != "en-US" {
		t.Errorf("Daniel is %v", daniel)
	}
	if id := daniel.GetRequestId(); id != requestID("aurora", "AUR-0001") || id == requestID("borealis", "AUR-0001") {
		t.Errorf("the request id %s does not come from the tenant and the reference", id)
	}
}
