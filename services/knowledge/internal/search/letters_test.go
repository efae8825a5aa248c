package search

import (
	"hash/fnv"
	"slices"
	"testing"

	"github.com/parleyhq/parley/services/knowledge/internal/article"
)

// The rooms are those of FNV-1a, whatever a word holds.
func TestLettersAreHashed(t *testing.T) {
	for _, word := range []string{"a", "router", "año", "\xffx", "日本語", "👍"} {
		var want []uint16
		runes := []rune(" " + word + " ")
		for from := range runes {
			for to := from + fewestLetters; to <= min(from+mostLetters, len(runes)); to++ {
				h := fnv.New32a()
				_, _ = h.Write([]byte(string(runes[from:to])))
				want = append(want, uint16(h.Sum32()%letterRooms))
			}
		}
		slices.Sort(want)
		if got := letters([]string{word, word}); !slices.Equal(got, slices.Compact(want)) {
			t.Errorf("%q: got %v, want %v", word, got, want)
		}
	}
}

// What letters weigh depends on all articles, so an article that was compared before another came is weighed anew.
func TestLettersAreWeighedAnewWhenArticlesChange(t *testing.T) {
	first := Article{ID: "a", Key: "a", Title: "Restart the router", Questions: []string{"how do I reset it"}, Body: "Unplug it.", Access: article.Public}
	second := Article{ID: "b", Key: "b", Title: "Rent a second router", Body: "Ask us.", Access: article.Public}
	alike := func(x *Index) []float64 {
		return x.letters.alike(&x.ask("restarting routers").spelt, x.entries["a"].spelling, nil)
	}

	grown := newIndex(t, "en")
	if err := grown.Put([]Article{first}, nil); err != nil {
		t.Fatal(err)
	}
	alone := alike(grown)
	if err := grown.Put([]Article{second}, nil); err != nil {
		t.Fatal(err)
	}
	whole := newIndex(t, "en")
	if err := whole.Put([]Article{first, second}, nil); err != nil {
		t.Fatal(err)
	}
	if got, want := alike(grown), alike(whole); !slices.Equal(got, want) || slices.Equal(got, alone) {
		t.Errorf("got %v, want %v as if both had come together; alone it was %v", got, want, alone)
	}
}
