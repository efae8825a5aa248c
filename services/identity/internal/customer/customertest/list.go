package customertest

import (
	"slices"
	"testing"

	"github.com/parleyhq/parley/services/identity/internal/customer"
)

func testList(t *testing.T, s customer.Store) {
	want := []string{}
	for _, name := range []string{"Ana", "Daniel", "", "Grace", "Omar"} {
		c := person(name)
		add(t, s, c)
		want = append(want, c.ID)
	}
	slices.Sort(want)
	got := []string{}
	after := ""
	for range len(want) {
		page, last, err := s.List(t.Context(), tenant, after, 2)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range page {
			got = append(got, c.ID)
		}
		if after = last; last == "" {
			break
		}
	}
	if !slices.Equal(got, want) {
		t.Errorf("listed %v, want %v", got, want)
	}
	if page, last, err := s.List(t.Context(), neighbour, "", 2); err != nil || len(page) > 0 || last != "" {
		t.Errorf("the neighbour lists %v, %q, %v", page, last, err)
	}
}
