package delivery_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/parleyhq/parley/adapters/channel/delivery"
)

func TestSplit(t *testing.T) {
	for name, c := range map[string]struct {
		text  string
		limit int
		want  []string
	}{
		"a short text is one part":         {"hello", 5, []string{"hello"}},
		"no limit does not cut":            {strings.Repeat("x", 9999), 0, []string{strings.Repeat("x", 9999)}},
		"cut between words":                {"one two three", 8, []string{"one two", "three"}},
		"a word that is too long is cut":   {"abcdefghij", 4, []string{"abcd", "efgh", "ij"}},
		"characters are counted not bytes": {"äöüäöü", 3, []string{"äöü", "äöü"}},
	} {
		t.Run(name, func(t *testing.T) {
			if got := delivery.Split(c.text, c.limit); !slices.Equal(got, c.want) {
				t.Errorf("%q, want %q", got, c.want)
			}
		})
	}
}

func FuzzSplit(f *testing.F) {
	f.Add("one two three", 5)
	f.Add("   ", 1)
	f.Fuzz(func(t *testing.T, text string, limit int) {
		squeeze := func(s string) string { return strings.Join(strings.Fields(s), "") }
		parts := delivery.Split(text, limit)
		for _, p := range parts {
			if limit > 0 && len([]rune(p)) > limit {
				t.Errorf("a part of %d characters, the limit is %d", len([]rune(p)), limit)
			}
		}
		if got, want := squeeze(strings.Join(parts, "")), squeeze(string([]rune(text))); got != want && limit > 0 && len([]rune(text)) > limit {
			t.Errorf("split and joined %q is %q", want, got)
		}
	})
}
