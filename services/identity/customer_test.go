package identity_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/parleyhq/parley/mesh/caller"
	"github.com/parleyhq/parley/mesh/fault"
	"github.com/parleyhq/parley/mesh/typeid"
	accessv1 "github.com/parleyhq/parley/proto/gen/parley/access/v1"
	identityv1 "github.com/parleyhq/parley/proto/gen/parley/identity/v1"
	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/proto"
)

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
}

func TestWhoMayCreateInResolving(t *testing.T) {
	const read, write = "identity.read", "identity.write"
	cases := map[string]struct {
		role   accessv1.Role
		scopes []string
		reason string
	}{
		"an operator":                      {accessv1.Role_ROLE_OPERATOR, []string{read, write}, ""},
		"an operator who may only read":    {accessv1.Role_ROLE_OPERATOR, []string{read}, "SCOPE_MISSING"},
		"an agent, whatever their scopes":  {accessv1.Role_ROLE_AGENT, []string{caller.AllScopes}, "ROLE_NOT_ALLOWED"},
		"a partner, whatever their scopes": {accessv1.Role_ROLE_PARTNER, []string{read, write}, "ROLE_NOT_ALLOWED"},
		"a partner who may only read":      {accessv1.Role_ROLE_PARTNER, []string{read}, "ROLE_NOT_ALLOWED"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			w := start(t)
			daniel, _ := w.see(t, &identityv1.ResolveCustomerRequest{Handle: phone("+12125550101")})
			by := caller.With(t.Context(), &accessv1.Caller{Tenant: "aurora", Principal: "key:test", Role: c.role, Scopes: c.scopes})
			_, err := w.identity.ResolveCustomer(by, &identityv1.ResolveCustomerRequest{
				Handle: phone("+12125550101"), Also: []*identityv1.Handle{email("mallory@example.com")},
				Create: true, Assurance: accessv1.Assurance_ASSURANCE_STRONG,
			})
			if c.reason == "" {
				expectFault(t, err, codes.OK, "", "")
				return
			}
			expectFault(t, err, codes.PermissionDenied, c.reason, "")
			if now := w.find(t, phone("+12125550101")); !proto.Equal(now, daniel) {
				t.Errorf("a handle was linked: %v", now)
			}
		})
	}
}

func TestListCustomers(t *testing.T) {
	w := start(t)
	var want []string
	for _, number := range []string{"+12125550101", "+12125550102", "+12125550103"} {
		c, _ := w.see(t, &identityv1.ResolveCustomerRequest{Handle: phone(number)})
		want = append(want, c.GetId())
	}
	slices.Sort(want)
	list := func(token string) *identityv1.ListCustomersResponse {
		t.Helper()
		page, err := w.identity.ListCustomers(operator(t), &identityv1.ListCustomersRequest{PageSize: 2, PageToken: token})
		if err != nil {
			t.Fatal(err)
		}
		return page
	}
	first := list("")
	second := list(first.GetNextPageToken())
	var got []string
	for _, c := range slices.Concat(first.GetCustomers(), second.GetCustomers()) {
		got = append(got, c.GetId())
	}
	if !slices.Equal(got, want) || second.GetNextPageToken() != "" {
		t.Errorf("listed %v then %q, want %v", got, second.GetNextPageToken(), want)
	}
	_, err := w.identity.ListCustomers(operator(t), &identityv1.ListCustomersRequest{PageToken: "abc"})
	expectFault(t, err, codes.InvalidArgument, "PAGE_TOKEN_INVALID", "page_token")
}
