package customers_test

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/parleyhq/parley/mesh/caller"
	"github.com/parleyhq/parley/mesh/clock"
	"github.com/parleyhq/parley/mesh/rpc"
	"github.com/parleyhq/parley/mesh/typeid"
	accessv1 "github.com/parleyhq/parley/proto/gen/parley/access/v1"
	identityv1 "github.com/parleyhq/parley/proto/gen/parley/identity/v1"
	"github.com/parleyhq/parley/services/context/internal/conversation"
	"github.com/parleyhq/parley/services/context/internal/customers"
	"google.golang.org/protobuf/proto"
)

// identity answers every question with a customer of its own, and remembers the questions.
type identity struct {
	identityv1.UnimplementedIdentityServiceServer
	asked []*identityv1.ResolveCustomerRequest
	// merged is who a customer was before.
	merged []string
}

func (i *identity) ResolveCustomer(
	_ context.Context, req *identityv1.ResolveCustomerRequest,
) (*identityv1.ResolveCustomerResponse, error) {
	i.asked = append(i.asked, req)
	return &identityv1.ResolveCustomerResponse{Customer: &identityv1.Customer{Id: strconv.Itoa(len(i.asked))}}, nil
}

func (i *identity) MergeCustomers(
	_ context.Context, req *identityv1.MergeCustomersRequest,
) (*identityv1.MergeCustomersResponse, error) {
	return &identityv1.MergeCustomersResponse{
		Customer: &identityv1.Customer{Id: req.GetCustomerId(), MergedCustomerIds: i.merged},
	}, nil
}

func TestIdentityIsToldAllThatTheChannelKnows(t *testing.T) {
	ask, i, _ := setUp(t)
	ask(conversation.Sender{
		Handles:     []conversation.Handle{{Kind: 3, Value: "12125550101"}, {Kind: 1, Value: "+12125550101"}},
		DisplayName: "Daniel", Assurance: 2,
	})
	want := &identityv1.ResolveCustomerRequest{
		Handle: &identityv1.Handle{Kind: identityv1.HandleKind_HANDLE_KIND_WHATSAPP_ID, Value: "12125550101"},
		Also:   []*identityv1.Handle{{Kind: identityv1.HandleKind_HANDLE_KIND_PHONE, Value: "+12125550101"}},
		Create: true, DisplayName: "Daniel", Assurance: accessv1.Assurance_ASSURANCE_CHANNEL_POSSESSION,
	}
	if !proto.Equal(i.asked[0], want) {
		t.Errorf("identity was asked %v, want %v", i.asked[0], want)
	}
}

func TestMessageIsNotLostForALongName(t *testing.T) {
	ask, i, _ := setUp(t)
	wordy := conversation.Sender{Handles: []conversation.Handle{{Kind: 1, Value: "+12125550101"}}, DisplayName: strings.Repeat("ñ", 300)}
	for range 20 {
		wordy.Handles = append(wordy.Handles, wordy.Handles[0])
	}
	ask(wordy)
	if got := i.asked[0].GetDisplayName(); got != strings.Repeat("ñ", 200) {
		t.Errorf("the name is %q", got)
	}
}

func TestIdentityIsAskedAgainOnlyWhenItMightAnswerOtherwise(t *testing.T) {
	ask, _, forward := setUp(t)
	daniel := conversation.Sender{Handles: []conversation.Handle{{Kind: 1, Value: "+12125550101"}}, Assurance: 1}
	named, vouched, other := daniel, daniel, daniel
	named.DisplayName = "Daniel"
	vouched.Assurance = 2
	other.Handles = []conversation.Handle{{Kind: 1, Value: "+12125550102"}}
	for _, c := range []struct {
		name string
		who  conversation.Sender
		want string
	}{
		{"at first", daniel, "1"},
		{"again", daniel, "1"},
		{"with a name", named, "2"},
		{"better known", vouched, "3"},
		{"somebody else", other, "4"},
		{"the first again", daniel, "1"},
	} {
		if got := ask(c.who); got != c.want {
			t.Errorf("%s: got answer %s, want %s", c.name, got, c.want)
		}
	}
	forward(time.Minute)
	if got := ask(daniel); got != "5" {
		t.Errorf("a minute later the answer is still %s", got)
	}
}

func TestTheNewestVisitorsAreLookedAfterWhenACustomerSignsIn(t *testing.T) {
	i := &identity{}
	local := rpc.NewLocal(rpc.Deps{})
	identityv1.RegisterIdentityServiceServer(local, i)
	for n := range 40 {
		i.merged = append(i.merged, strconv.Itoa(n))
	}
	daniel := conversation.Sender{Handles: []conversation.Handle{{Kind: 1, Value: "+12125550101"}}}
	visitor := conversation.Sender{Handles: []conversation.Handle{{Kind: 5, Value: typeid.New("visitor")}}}
	_, merged, err := customers.NewResolver(local, clock.System).Join(
		caller.With(t.Context(), caller.Service("aurora", "channels")), "aurora", visitor, daniel)
	if err != nil || !slices.Equal(merged, i.merged[24:]) {
		t.Errorf("merged with %v, %v", merged, err)
	}
}

func TestWhoWritesOftenIsRememberedAmongMany(t *testing.T) {
	ask, i, _ := setUp(t)
	const many = 9_000 // more than two generations
	for n := range many {
		ask(conversation.Sender{Handles: []conversation.Handle{{Kind: 1, Value: strconv.Itoa(n)}}})
	}
	asked := len(i.asked)
	ask(conversation.Sender{Handles: []conversation.Handle{{Kind: 1, Value: strconv.Itoa(many - 1)}}})
	if len(i.asked) != asked {
		t.Error("who wrote last was forgotten")
	}
	ask(conversation.Sender{Handles: []conversation.Handle{{Kind: 1, Value: "0"}}})
	if len(i.asked) == asked {
		t.Error("everybody is remembered: the memory has no bound")
	}
}

func setUp(t *testing.T) (ask func(conversation.Sender) string, i *identity, forward func(time.Duration)) {
	t.Helper()
	i = &identity{}
	local := rpc.NewLocal(rpc.Deps{})
	identityv1.RegisterIdentityServiceServer(local, i)
	now := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	resolver := customers.NewResolver(local, func() time.Time { return now })
	ctx := caller.With(t.Context(), caller.Service("aurora", "channels"))
	ask = func(s conversation.Sender) string {
		t.Helper()
		id, err := resolver.Resolve(ctx, "aurora", s)
		if err != nil {
			t.Fatal(err)
		}
		return id
	}
	return ask, i, func(d time.Duration) { now = now.Add(d) }
}
