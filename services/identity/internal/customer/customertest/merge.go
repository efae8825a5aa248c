package customertest

import (
	"slices"
	"testing"
	"time"

	"github.com/parleyhq/parley/mesh/typeid"
	"github.com/parleyhq/parley/services/identity/internal/customer"
)

func visitor(t testing.TB) customer.Handle {
	t.Helper()
	return handle(t, customer.VisitorID, typeid.New(customer.VisitorPrefix))
}

func testMerge(t *testing.T, s customer.Store) {
	chat, other := visitor(t), visitor(t)
	daniel, earlier, nobody := person("Daniel", phone(t, "+12125550101")), person("", other), person("", chat)
	for _, c := range []customer.Customer{daniel, earlier, nobody} {
		add(t, s, c)
	}
	later := noon.Add(time.Hour)
	merge := func(id, merged string) {
		t.Helper()
		if err := s.Merge(t.Context(), tenant, id, merged, later); err != nil {
			t.Fatal(err)
		}
	}
	merge(nobody.ID, earlier.ID)
	merge(daniel.ID, nobody.ID)
	merge(daniel.ID, nobody.ID) // again

	got := get(t, s, daniel.ID)
	expectHandles(t, got, "+12125550101", chat.Value, other.Value)
	slices.Sort(got.Merged)
	if want := []string{earlier.ID, nobody.ID}; !slices.Equal(got.Merged, want) || !got.UpdateTime.Equal(later) {
		t.Errorf("merged %v at %v, want %v", got.Merged, got.UpdateTime, want)
	}
	expectHolders(t, s, []customer.Handle{chat, other}, daniel.ID, daniel.ID)
	_, err := s.Get(t.Context(), tenant, nobody.ID)
	expect(t, err, customer.ErrNotFound)
}

func testMergeKnown(t *testing.T, s customer.Store) {
	daniel, ana := person("Daniel", phone(t, "+12125550101")), person("Ana", phone(t, "+12125550102"))
	named, both, nobody := person("Somebody", visitor(t)), person("", visitor(t), email(t, "a@example.com")), person("", visitor(t))
	for _, c := range []customer.Customer{daniel, ana, named, both, nobody} {
		add(t, s, c)
	}
	for _, known := range []customer.Customer{ana, named, both, daniel} {
		expect(t, s.Merge(t.Context(), tenant, daniel.ID, known.ID, noon), customer.ErrKnown)
	}
	expect(t, s.Merge(t.Context(), tenant, typeid.New(customer.IDPrefix), nobody.ID, noon), customer.ErrNotFound)
	expect(t, s.Merge(t.Context(), tenant, daniel.ID, typeid.New(customer.IDPrefix), noon), customer.ErrNotFound)
	expect(t, s.Merge(t.Context(), neighbour, daniel.ID, nobody.ID, noon), customer.ErrNotFound)
	if got := get(t, s, daniel.ID); len(got.Handles) != 1 || len(got.Merged) != 0 {
		t.Errorf("Daniel became %+v", got)
	}
	get(t, s, nobody.ID)
}
