package identity_test

import (
	"context"
	"strings"
	"sync"
	"testing"

	"github.com/google/uuid"
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
	identityv1 "github.com/parleyhq/parley/proto/gen/parley/identity/v1"
	"github.com/parleyhq/parley/services/identity"
	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/proto"
)

// Daniel writes on WhatsApp and then by SMS, or the other way round: he is one customer.
func TestOnePersonOnTwoChannels(t *testing.T) {
	cases := []struct {
		name          string
		first, second *identityv1.Handle
	}{
		{"WhatsApp, then SMS", whatsapp("12125550101"), phone("+12125550101")},
		{"SMS, then WhatsApp", phone("+12125550101"), whatsapp("12125550101")},
		{"a Mexican mobile, WhatsApp first", whatsapp("5215512345678"), phone("+525512345678")},
		{"a Brazilian mobile, SMS first", phone("+5547984178525"), whatsapp("554784178525")},
		{"an Argentine mobile whose SMS lacks the 9", whatsapp("5491123456789"), phone("+541123456789")},
		{"one WhatsApp account under two ids", whatsapp("5215512345678"), whatsapp("525512345678")},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			w := start(t)
			daniel, created := w.see(t, &identityv1.ResolveCustomerRequest{Handle: c.first, DisplayName: "Daniel"})
			again, createdAgain := w.see(t, &identityv1.ResolveCustomerRequest{Handle: c.second, DisplayName: "D. Reyes"})
			if !created || createdAgain || again.GetId() != daniel.GetId() {
				t.Fatalf("got two customers: %v, %v", daniel, again)
			}
			if again.GetDisplayName() != "Daniel" {
				t.Errorf("the name became %q", again.GetDisplayName())
			}
			for _, h := range []*identityv1.Handle{c.first, c.second} {
				if found := w.find(t, h); found.GetId() != daniel.GetId() {
					t.Errorf("%v finds %v", h, found)
				}
			}
		})
	}
}

func TestResolveReadsOnly(t *testing.T) {
	w := start(t)
	expectFault(t, w.tryFind(operator(t), phone("+12125550101")), codes.NotFound, "CUSTOMER_NOT_FOUND", "")
	daniel, _ := w.see(t, &identityv1.ResolveCustomerRequest{Handle: phone("+12125550101")})
	res, err := w.identity.ResolveCustomer(operator(t), &identityv1.ResolveCustomerRequest{
		Handle: email("new@example.com"), Also: []*identityv1.Handle{phone("+12125550101")}, DisplayName: "Daniel",
	})
	if err != nil || !proto.Equal(res.GetCustomer(), daniel) {
		t.Errorf("got %v, %v, want Daniel as he was: %v", res, err, daniel)
	}
	expectFault(t, w.tryFind(operator(t), email("new@example.com")), codes.NotFound, "CUSTOMER_NOT_FOUND", "")
}

func TestResolveAlso(t *testing.T) {
	w := start(t)
	daniel, _ := w.see(t, &identityv1.ResolveCustomerRequest{Handle: phone("+12125550101"), DisplayName: "Daniel"})
	ana, _ := w.see(t, &identityv1.ResolveCustomerRequest{Handle: phone("+12125550102"), DisplayName: "Ana"})

	scoped := whatsapp("US.13491208655302741918")
	found, created := w.see(t, &identityv1.ResolveCustomerRequest{
		Handle: scoped, Also: []*identityv1.Handle{email("free@example.com"), phone("+12125550101")},
	})
	if created || found.GetId() != daniel.GetId() {
		t.Errorf("a known number beside a new id should find Daniel, got %v", found)
	}
	expectValues(t, found, "+12125550101", "US.13491208655302741918", "free@example.com")

	both, _ := w.see(t, &identityv1.ResolveCustomerRequest{
		Handle: phone("+12125550102"), Also: []*identityv1.Handle{scoped, email("ana@example.com")},
	})
	if both.GetId() != ana.GetId() {
		t.Errorf("of two customers the one who holds the handle wins, got %v", both)
	}
	expectValues(t, both, "+12125550102", "ana@example.com")
	expectValues(t, w.find(t, scoped), "+12125550101", "US.13491208655302741918", "free@example.com")
}

func TestStrangersAreNeverJoined(t *testing.T) {
	w := start(t)
	ids := map[string]bool{}
	strangers := []*identityv1.Handle{
		phone("+12125550101"), phone("+12125550102"), whatsapp("12125550103"), whatsapp("US.1"), whatsapp("US.ENT.1"),
		email("daniel@example.com"), email("d.aniel@example.com"), email("daniel+1@example.com"),
		reference("AUR-1"), reference("aur-1"), reference("+12125550101"), reference("daniel@example.com"),
		phone("+551131234567"), phone("+5511931234567"),
	}
	for _, h := range strangers {
		c, _ := w.see(t, &identityv1.ResolveCustomerRequest{Handle: h, DisplayName: "Daniel Reyes"})
		ids[c.GetId()] = true
	}
	if len(ids) != len(strangers) {
		t.Errorf("%d strangers are %d customers", len(strangers), len(ids))
	}
}

// Two channels see the same new person at once, many times over.
func TestResolveAtOnce(t *testing.T) {
	w := start(t)
	seen := []*identityv1.ResolveCustomerRequest{
		{Handle: phone("+12125550101"), Create: true},
		{Handle: whatsapp("12125550101"), Create: true, DisplayName: "Daniel"},
		{Handle: whatsapp("US.1"), Also: []*identityv1.Handle{whatsapp("12125550101")}, Create: true},
		{Handle: phone("+12125550101"), Also: []*identityv1.Handle{email("daniel@example.com")}, Create: true},
	}
	const times = 4
	ctx := service(t)
	answers := make([]*identityv1.ResolveCustomerResponse, len(seen)*times)
	errs := make([]error, len(answers))
	var wait sync.WaitGroup
	for i := range answers {
		wait.Go(func() { answers[i], errs[i] = w.identity.ResolveCustomer(ctx, seen[i%len(seen)]) })
	}
	wait.Wait()
	created := 0
	for i, res := range answers {
		if errs[i] != nil {
			t.Fatal(errs[i])
		}
		if res.GetCreated() {
			created++
		}
		if res.GetCustomer().GetId() != answers[0].GetCustomer().GetId() {
			t.Errorf("%v is another customer than %v", res.GetCustomer(), answers[0].GetCustomer())
		}
	}
	if created != 1 {
		t.Errorf("%d calls say that they created the customer", created)
	}
	daniel := w.find(t, phone("+12125550101"))
	if daniel.GetDisplayName() != "Daniel" || len(daniel.GetHandles()) != 4 {
		t.Errorf("something of what was seen is lost: %v", daniel)
	}
}

func TestHandlesThatAreNone(t *testing.T) {
	w := start(t)
	const secret = "call-me-maybe"
	wrong := phone(secret)
	_, inHandle := w.identity.ResolveCustomer(operator(t), &identityv1.ResolveCustomerRequest{Handle: wrong})
	_, inAlso := w.identity.ResolveCustomer(operator(t), &identityv1.ResolveCustomerRequest{
		Handle: phone("+12125550101"), Also: []*identityv1.Handle{email("a@example.com"), wrong},
	})
	_, inCreate := w.identity.CreateCustomer(operator(t), &identityv1.CreateCustomerRequest{
		RequestId: uuid.NewString(), Handles: []*identityv1.Handle{wrong},
	})
	_, inLink := w.identity.LinkHandle(operator(t), &identityv1.LinkHandleRequest{
		CustomerId: typeid.New("customer"), Handle: wrong, Assurance: accessv1.Assurance_ASSURANCE_NONE,
	})
	for field, err := range map[string]error{
		"handle.value": inHandle, "also[1].value": inAlso, "handles[0].value": inCreate,
	} {
		expectFault(t, err, codes.InvalidArgument, "HANDLE_INVALID", field)
		if strings.Contains(fault.Status(err).String(), secret) {
			t.Errorf("%s: the value is echoed", field)
		}
	}
	expectFault(t, inLink, codes.InvalidArgument, "HANDLE_INVALID", "handle.value")
}

func TestCreateCustomer(t *testing.T) {
	w := start(t)
	req := &identityv1.CreateCustomerRequest{
		RequestId: uuid.NewString(), DisplayName: "Daniel Reyes", Locale: "en-us",
		Handles: []*identityv1.Handle{phone("+12125550101"), reference("AUR-1001"), whatsapp("12125550101")},
	}
	first, err := w.identity.CreateCustomer(operator(t), req)
	if err != nil {
		t.Fatal(err)
	}
	expectValues(t, first.GetCustomer(), "+12125550101", "AUR-1001", "12125550101")
	if first.GetCustomer().GetLocale() != "en-US" {
		t.Errorf("the locale became %q", first.GetCustomer().GetLocale())
	}
	again, err := w.identity.CreateCustomer(operator(t), req)
	if err != nil || !proto.Equal(again, first) {
		t.Errorf("the same request answers %v, %v, want %v", again, err, first)
	}

	other := proto.CloneOf(req)
	other.DisplayName = "Somebody else"
	_, err = w.identity.CreateCustomer(operator(t), other)
	expectFault(t, err, codes.AlreadyExists, "REQUEST_ID_REUSED", "")
	other.RequestId = uuid.NewString()
	_, err = w.identity.CreateCustomer(operator(t), other)
	expectFault(t, err, codes.AlreadyExists, "HANDLE_TAKEN", "")
	other.Locale = "not a language"
	_, err = w.identity.CreateCustomer(operator(t), other)
	expectFault(t, err, codes.InvalidArgument, "LOCALE_INVALID", "locale")
}

func TestLinkHandle(t *testing.T) {
	w := start(t)
	daniel, _ := w.see(t, &identityv1.ResolveCustomerRequest{Handle: phone("+12125550101")})
	ana, _ := w.see(t, &identityv1.ResolveCustomerRequest{Handle: phone("+12125550102")})
	link := func(id string, h *identityv1.Handle) (*identityv1.LinkHandleResponse, error) {
		return w.identity.LinkHandle(operator(t), &identityv1.LinkHandleRequest{
			CustomerId: id, Handle: h, Assurance: accessv1.Assurance_ASSURANCE_VERIFIED_HANDLE,
		})
	}
	first, err := link(daniel.GetId(), whatsapp("12125550109"))
	if err != nil {
		t.Fatal(err)
	}
	expectValues(t, first.GetCustomer(), "+12125550101", "12125550109", "+12125550109")
	if got := first.GetCustomer().GetHandles()[1].GetAssurance(); got != accessv1.Assurance_ASSURANCE_VERIFIED_HANDLE {
		t.Errorf("linked with %v", got)
	}
	again, err := link(daniel.GetId(), whatsapp("12125550109"))
	if err != nil || !proto.Equal(again, first) {
		t.Errorf("linking again answers %v, %v, want %v", again, err, first)
	}
	_, err = link(ana.GetId(), phone("+12125550109"))
	expectFault(t, err, codes.AlreadyExists, "HANDLE_TAKEN", "")
	_, err = link(typeid.New("customer"), phone("+12125550104"))
	expectFault(t, err, codes.NotFound, "CUSTOMER_NOT_FOUND", "")
	_, err = link("daniel", phone("+12125550104"))
	expectFault(t, err, codes.InvalidArgument, "ID_INVALID", "customer_id")
}

func TestWhoMaySee(t *testing.T) {
	w := start(t)
	daniel, _ := w.see(t, &identityv1.ResolveCustomerRequest{Handle: phone("+12125550101")})
	ana, _ := w.see(t, &identityv1.ResolveCustomerRequest{Handle: phone("+12125550102")})
	get := func(ctx context.Context, id string) error {
		_, err := w.identity.GetCustomer(ctx, &identityv1.GetCustomerRequest{CustomerId: id})
		return err
	}
	asDaniel := caller.With(t.Context(), caller.OnBehalfOf(caller.Service("aurora", "assistant"), daniel.GetId(),
		accessv1.Assurance_ASSURANCE_CHANNEL_POSSESSION))
	neighbour := caller.With(t.Context(), caller.Service("borealis", "test"))
	reader := caller.With(t.Context(), &accessv1.Caller{
		Tenant: "aurora", Principal: "key:partner", Role: accessv1.Role_ROLE_PARTNER, Scopes: []string{"identity.read"},
	})

	expectFault(t, get(asDaniel, daniel.GetId()), codes.OK, "", "")
	expectFault(t, get(asDaniel, ana.GetId()), codes.NotFound, "CUSTOMER_NOT_FOUND", "")
	expectFault(t, get(neighbour, daniel.GetId()), codes.NotFound, "CUSTOMER_NOT_FOUND", "")
	expectFault(t, w.tryFind(neighbour, phone("+12125550101")), codes.NotFound, "CUSTOMER_NOT_FOUND", "")
	expectFault(t, w.tryFind(asDaniel, phone("+12125550102")), codes.PermissionDenied, "NOT_FOR_CUSTOMERS", "")
	expectFault(t, get(operator(t), "daniel"), codes.InvalidArgument, "ID_INVALID", "customer_id")
	expectFault(t, w.tryFind(reader, phone("+12125550101")), codes.OK, "", "")
	_, err := w.identity.ResolveCustomer(reader,
		&identityv1.ResolveCustomerRequest{Handle: phone("+12125550101"), Create: true})
	expectFault(t, err, codes.PermissionDenied, "SCOPE_MISSING", "")
}

type world struct {
	identity identityv1.IdentityServiceClient
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
	s, err := identity.New(t.Context(), n, identity.Default())
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
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
