package search

import (
	"fmt"
	"testing"
)

// ask is a question and the key of the article that answers it; empty when none does.
type ask struct{ text, key string }

// quality of a search, as shares of the questions that an article answers.
type quality struct{ first, three, five, mrr float64 }

// String for the log of a test.
func (q quality) String() string {
	return fmt.Sprintf("hit@1 %.3f, hit@3 %.3f, hit@5 %.3f, MRR@10 %.3f", q.first, q.three, q.five, q.mrr)
}

func newIndex(t testing.TB, tag string) *Index {
	t.Helper()
	languages, err := LoadLanguages()
	if err != nil {
		t.Fatal(err)
	}
	x, err := NewIndex(languages, tag, "aurora")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = x.Close() })
	return x
}

func measure(t *testing.T, x *Index, asked []ask) quality {
	t.Helper()
	var q quality
	n := 0.0
	for _, a := range asked {
		if a.key == "" {
			continue
		}
		n++
		found, err := x.Search(t.Context(), a.text, Wanted{PublicOnly: true, Limit: 10, Threshold: 1})
		if err != nil {
			t.Fatal(err)
		}
		for at, r := range found {
			if r.Article.Key != a.key {
				continue
			}
			q.mrr += 1 / float64(at+1)
			if at < 1 {
				q.first++
			}
			if at < 3 {
				q.three++
			}
			if at < 5 {
				q.five++
			}
		}
	}
	q.first, q.three, q.five, q.mrr = q.first/n, q.three/n, q.five/n, q.mrr/n
	return q
}
