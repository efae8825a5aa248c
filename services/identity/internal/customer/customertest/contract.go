// Package customertest is the contract of customer.Store: every store passes it.
package customertest

import (
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/parleyhq/parley/mesh/caller"
	"github.com/parleyhq/parley/mesh/fault"
	"github.com/parleyhq/parley/mesh/typeid"
	"github.com/parleyhq/parley/services/identity/internal/customer"
	"google.golang.org/grpc/codes"
)

// TestStore runs the contract, each case on a store of its own.
func TestStore(t *testing.T, open func(testing.TB) customer.Store) {
	cases := []struct {
		name string
		run  func(*testing.T, customer.Store)
	}{
		{"a customer is read as they were added", testAdd},
		{"a customer without a name has none", testNameless},
		{"nobody is found by an unknown id or handle", testUnknown},
		{"a handle has one holder, and who comes second leaves nothing behind", testTaken},
		{"of many who add one handle at once, one does", testRace},
		{"a request id makes one customer", testRequest},
		{"a request made many times at once makes one customer", testRequestAtOnce},
		{"a handle is linked once", testLink},
		{"a taken handle is not linked, nor its companions", testLinkTaken},
		{"enriching links what is free and names the nameless", testEnrich},
		{"a visitor is merged with who it turned out to be, once", testMerge},
		{"who is known is not merged", testMergeKnown},
		{"customers are listed page by page, each once", testList},
		{"tenants do not see each other", testTenants},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) { c.run(t, open(t)) })
	}
}

func testAdd(t *testing.T, s customer.Store) {
	daniel := person("Daniel Reyes", phone(t, "+12125550101"), email(t, "daniel@example.com"))
	daniel.Locale = "en-US"
	add(t, s, daniel)
	got := get(t, s, daniel.ID)
	if got.DisplayName != daniel.DisplayName || got.Locale != daniel.Locale ||
		!got.CreateTime.Equal(noon) || !got.UpdateTime.Equal(noon) {
		t.Errorf("got %+v, want %+v", got, daniel)
	}
	expectHandles(t, got, "+12125550101", "daniel@example.com")
	h := got.Handles[0]
	if h.Kind != customer.Phone || h.Assurance != customer.AssuranceChannelPossession || !h.LinkTime.Equal(noon) {
		t.Errorf("the first handle is %+v", h)
	}
	asked := []customer.Handle{email(t, "daniel@example.com"), phone(t, "+12125550199"), phone(t, "+12125550101")}
	expectHolders(t, s, asked, daniel.ID, "", daniel.ID)
}

func testNameless(t *testing.T, s customer.Store) {
	stranger := person("", phone(t, "+12125550101"))
	add(t, s, stranger)
	if got := get(t, s, stranger.ID); got.DisplayName != "" {
		t.Error("a name came from nowhere")
	}
}

func testUnknown(t *testing.T, s customer.Store) {
	nobody := typeid.New(customer.IDPrefix)
	_, err := s.Get(t.Context(), tenant, nobody)
	expect(t, err, customer.ErrNotFound)
	links := []customer.Linked{linked(phone(t, "+12125550101"))}
	expect(t, s.Link(t.Context(), tenant, nobody, links, noon), customer.ErrNotFound)
	expect(t, s.Enrich(t.Context(), tenant, nobody, links, "Nobody", noon), customer.ErrNotFound)
	expectHolders(t, s, []customer.Handle{phone(t, "+12125550101")}, "")
}

func testTaken(t *testing.T, s customer.Store) {
	add(t, s, person("First", phone(t, "+12125550101")))
	second := person("Second", email(t, "second@example.com"), phone(t, "+12125550101"))
	_, err := s.Add(t.Context(), tenant, second, nil)
	expect(t, err, customer.ErrHandleTaken)
	_, err = s.Get(t.Context(), tenant, second.ID)
	expect(t, err, customer.ErrNotFound)
	expectHolders(t, s, []customer.Handle{email(t, "second@example.com")}, "")
}

func testRace(t *testing.T, s customer.Store) {
	const racers = 8
	racer := func() customer.Customer { return person("Racer", phone(t, "+12125550101")) }
	errs := make([]error, racers)
	var wait sync.WaitGroup
	for i := range racers {
		wait.Go(func() { _, errs[i] = s.Add(t.Context(), tenant, racer(), nil) })
	}
	wait.Wait()
	won := 0
	for _, err := range errs {
		if err == nil {
			won++
			continue
		}
		expect(t, err, customer.ErrHandleTaken)
	}
	if won != 1 {
		t.Errorf("%d of %d added the customer, want 1", won, racers)
	}
}

func testRequest(t *testing.T, s customer.Store) {
	ctx := caller.With(t.Context(), caller.Service(tenant, "test"))
	request := customer.Request{ID: uuid.NewString(), Payload: []byte("daniel")}
	first := ""
	for range 3 {
		id, err := s.Add(ctx, tenant, person("Daniel", phone(t, "+12125550101")), &request)
		if err != nil {
			t.Fatal(err)
		}
		if first == "" {
			first = id
		}
		if id != first || get(t, s, id).DisplayName != "Daniel" {
			t.Error("the request made somebody else")
		}
	}
	expectHolders(t, s, []customer.Handle{phone(t, "+12125550101")}, first)

	request.Payload = []byte("somebody else")
	_, err := s.Add(ctx, tenant, person("Ana", phone(t, "+12125550102")), &request)
	if fault.Code(err) != codes.AlreadyExists {
		t.Errorf("another payload under the same request id: %v, want ALREADY_EXISTS", err)
	}
}

func testRequestAtOnce(t *testing.T, s customer.Store) {
	ctx := caller.With(t.Context(), caller.Service(tenant, "test"))
	request := customer.Request{ID: uuid.NewString(), Payload: []byte("daniel")}
	ids, errs := make([]string, 6), make([]error, 6)
	draft := func() customer.Customer { return person("Daniel", phone(t, "+12125550101")) }
	var wait sync.WaitGroup
	for i := range ids {
		wait.Go(func() { ids[i], errs[i] = s.Add(ctx, tenant, draft(), &request) })
	}
	wait.Wait()
	for i, id := range ids {
		if errs[i] != nil || id != ids[0] {
			t.Errorf("got %q, %v, and %q from the same request", id, errs[i], ids[0])
		}
	}
}

func testLink(t *testing.T, s customer.Store) {
	daniel := person("Daniel", phone(t, "+12125550101"))
	add(t, s, daniel)
	later := noon.Add(time.Hour)
	for i := range 2 {
		links := []customer.Linked{linked(phone(t, "+12125550101")), linked(email(t, "daniel@example.com"))}
		if err := s.Link(t.Context(), tenant, daniel.ID, links, later.Add(time.Duration(i)*time.Hour)); err != nil {
			t.Fatal(err)
		}
	}
	got := get(t, s, daniel.ID)
	expectHandles(t, got, "+12125550101", "daniel@example.com")
	if !got.UpdateTime.Equal(later) {
		t.Errorf("updated at %v, want %v: linking again changes nothing", got.UpdateTime, later)
	}
}

func testLinkTaken(t *testing.T, s customer.Store) {
	daniel, ana := person("Daniel", phone(t, "+12125550101")), person("Ana", phone(t, "+12125550102"))
	add(t, s, daniel)
	add(t, s, ana)
	links := []customer.Linked{linked(email(t, "free@example.com")), linked(phone(t, "+12125550102"))}
	expect(t, s.Link(t.Context(), tenant, daniel.ID, links, noon), customer.ErrHandleTaken)
	expectHandles(t, get(t, s, daniel.ID), "+12125550101")
	expectHolders(t, s, []customer.Handle{email(t, "free@example.com"), phone(t, "+12125550102")}, "", ana.ID)
}

func testEnrich(t *testing.T, s customer.Store) {
	stranger, ana := person("", phone(t, "+12125550101")), person("Ana", phone(t, "+12125550102"))
	add(t, s, stranger)
	add(t, s, ana)
	links := []customer.Linked{linked(phone(t, "+12125550102")), linked(email(t, "daniel@example.com"))}
	for _, name := range []string{"Daniel", "Somebody else", ""} {
		if err := s.Enrich(t.Context(), tenant, stranger.ID, links, name, noon); err != nil {
			t.Fatal(err)
		}
	}
	got := get(t, s, stranger.ID)
	expectHandles(t, got, "+12125550101", "daniel@example.com")
	if got.DisplayName != "Daniel" {
		t.Errorf("the first name should stay, got %q", got.DisplayName)
	}
	expectHandles(t, get(t, s, ana.ID), "+12125550102")
}

func testTenants(t *testing.T, s customer.Store) {
	here := person("Here", phone(t, "+12125550101"))
	add(t, s, here)
	_, err := s.Get(t.Context(), neighbour, here.ID)
	expect(t, err, customer.ErrNotFound)
	links := []customer.Linked{linked(email(t, "a@example.com"))}
	expect(t, s.Link(t.Context(), neighbour, here.ID, links, noon), customer.ErrNotFound)
	expect(t, s.Enrich(t.Context(), neighbour, here.ID, links, "There", noon), customer.ErrNotFound)
	holders, err := s.Holders(t.Context(), neighbour, []customer.Handle{phone(t, "+12125550101")})
	if err != nil || !slices.Equal(holders, []string{""}) {
		t.Errorf("the neighbour found %v, %v", holders, err)
	}
	if _, err := s.Add(t.Context(), neighbour, person("There", phone(t, "+12125550101")), nil); err != nil {
		t.Errorf("the same person at another tenant is another customer: %v", err)
	}
}
