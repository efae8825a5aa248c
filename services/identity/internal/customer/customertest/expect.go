package customertest

import (
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/parleyhq/parley/mesh/typeid"
	"github.com/parleyhq/parley/services/identity/internal/customer"
)

const tenant, neighbour = "aurora", "borealis"

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

func person(name string, handles ...customer.Handle) customer.Customer {
	c := customer.Customer{ID: typeid.New(customer.IDPrefix), DisplayName: name, CreateTime: noon, UpdateTime: noon}
	for _, h := range handles {
		c.Handles = append(c.Handles, linked(h))
	}
	return c
}

func linked(h customer.Handle) customer.Linked {
	return customer.Linked{Handle: h, Assurance: customer.AssuranceChannelPossession, LinkTime: noon}
}

func phone(t testing.TB, value string) customer.Handle {
	t.Helper()
	return handle(t, customer.Phone, value)
}

func email(t testing.TB, value string) customer.Handle {
	t.Helper()
	return handle(t, customer.Email, value)
}

func handle(t testing.TB, kind customer.Kind, value string) customer.Handle {
	t.Helper()
	h, err := customer.NewHandle(kind, value)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func add(t testing.TB, s customer.Store, c customer.Customer) {
	t.Helper()
	if id, err := s.Add(t.Context(), tenant, c, nil); err != nil || id != c.ID {
		t.Fatalf("add a customer: %q, %v", id, err)
	}
}

func get(t testing.TB, s customer.Store, id string) customer.Customer {
	t.Helper()
	c, err := s.Get(t.Context(), tenant, id)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func expect(t testing.TB, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Errorf("got error %v, want %v", err, want)
	}
}

func expectHandles(t testing.TB, c customer.Customer, want ...string) {
	t.Helper()
	var got []string
	for _, h := range c.Handles {
		got = append(got, h.Value)
	}
	if !slices.Equal(got, want) {
		t.Errorf("got handles %v, want %v", got, want)
	}
}

func expectHolders(t testing.TB, s customer.Store, handles []customer.Handle, want ...string) {
	t.Helper()
	got, err := s.Holders(t.Context(), tenant, handles)
	if err != nil || !slices.Equal(got, want) {
		t.Errorf("got holders %v, %v, want %v", got, err, want)
	}
}
