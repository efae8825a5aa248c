package identity_test

import (
	"context"
	"log/slog"
	"strings"
	"testing"

	"github.com/parleyhq/parley/mesh/caller"
	"github.com/parleyhq/parley/mesh/clock"
	"github.com/parleyhq/parley/mesh/fault"
	"github.com/parleyhq/parley/mesh/node"
	"github.com/parleyhq/parley/mesh/page"
	"github.com/parleyhq/parley/mesh/rpc"
	"github.com/parleyhq/parley/mesh/seal/sealtest"
	"github.com/parleyhq/parley/mesh/store"
	"github.com/parleyhq/parley/mesh/store/storetest"
	accessv1 "github.com/parleyhq/parley/proto/gen/parley/access/v1"
	identityv1 "github.com/parleyhq/parley/proto/gen/parley/identity/v1"
	"github.com/parleyhq/parley/services/identity"
	"google.golang.org/grpc/codes"
)

type world struct {
	identity identityv1.IdentityServiceClient
}

// start runs the service in process, behind the layers that every call goes through.
func start(t *testing.T) world {
	t.Helper()
	local := rpc.NewLocal(rpc.Deps{})
	keeper := sealtest.New(t)
	n := &node.Node{
		Log: slog.New(slog.DiscardHandler), Clock: clock.System, Server: local, Peers: local, Seal: keeper, Pages: page.New(keeper),
		Store: func(_ context.Context, name string) (*store.DB, error) { return storetest.Open(t, name), nil },
	}
	s, err := identity.New(t.Context(), n, identity.Default())
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Stop(context.Background()); err != nil {
			t.Error(err)
		}
	})
	if err := s.Ready(t.Context()); err != nil {
		t.Fatal(err)
	}
	return world{identityv1.NewIdentityServiceClient(local)}
}

// see resolves somebody whom a channel saw, and makes them when they are new.
func (w world) see(t testing.TB, req *identityv1.ResolveCustomerRequest) (c *identityv1.Customer, created bool) {
	t.Helper()
	req.Create, req.Assurance = true, accessv1.Assurance_ASSURANCE_CHANNEL_POSSESSION
	res, err := w.identity.ResolveCustomer(service(t), req)
	if err != nil {
		t.Fatal(err)
	}
	return res.GetCustomer(), res.GetCreated()
}

func (w world) find(t testing.TB, h *identityv1.Handle) *identityv1.Customer {
	t.Helper()
	res, err := w.identity.ResolveCustomer(operator(t), &identityv1.ResolveCustomerRequest{Handle: h})
	if err != nil {
		t.Fatal(err)
	}
	return res.GetCustomer()
}

func (w world) tryFind(ctx context.Context, h *identityv1.Handle) error {
	_, err := w.identity.ResolveCustomer(ctx, &identityv1.ResolveCustomerRequest{Handle: h})
	return err
}

func service(t testing.TB) context.Context {
	return caller.With(t.Context(), caller.Service("aurora", "context"))
}

func operator(t testing.TB) context.Context {
	return caller.With(t.Context(), &accessv1.Caller{
		Tenant: "aurora", Principal: "key:demo", Role: accessv1.Role_ROLE_OPERATOR,
		Scopes: []string{"identity.read", "identity.write"},
	})
}

func phone(value string) *identityv1.Handle {
	return &identityv1.Handle{Kind: identityv1.HandleKind_HANDLE_KIND_PHONE, Value: value}
}

func email(value string) *identityv1.Handle {
	return &identityv1.Handle{Kind: identityv1.HandleKind_HANDLE_KIND_EMAIL, Value: value}
}

func whatsapp(value string) *identityv1.Handle {
	return &identityv1.Handle{Kind: identityv1.HandleKind_HANDLE_KIND_WHATSAPP_ID, Value: value}
}

func reference(value string) *identityv1.Handle {
	return &identityv1.Handle{Kind: identityv1.HandleKind_HANDLE_KIND_CUSTOMER_REFERENCE, Value: value}
}

func expectValues(t testing.TB, c *identityv1.Customer, want ...string) {
	t.Helper()
	var got []string
	for _, h := range c.GetHandles() {
		got = append(got, h.GetHandle().GetValue())
	}
	if strings.Join(got, " ") != strings.Join(want, " ") {
		t.Errorf("got handles %v, want %v", got, want)
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
