package identity_test

import (
	"sync"
	"testing"

	identityv1 "github.com/parleyhq/parley/proto/gen/parley/identity/v1"
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
