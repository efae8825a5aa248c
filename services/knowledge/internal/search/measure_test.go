package search

import (
	"fmt"
	"testing"
)

// ask is a question and the key of the article that answers it; empty when none does.
type ask struct{ text, key string }

// quality of a search, as shares of the questions that an article answers, but for none.
type quality struct {
	first, three, five, mrr float64
	right, wrong            float64 // answered, by the right article and by another
	none                    float64 // answered, of the questions that no article answers
}

// String for the log of a test.
func (q quality) String() string {
	return fmt.Sprintf("hit@1 %.3f, hit@3 %.3f, hit@5 %.3f, MRR@10 %.3f, answered right %.3f, wrong %.3f, covered by none %.3f",
		q.first, q.three, q.five, q.mrr, q.right, q.wrong, q.none)
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
	covered, uncovered := 0.0, 0.0
	for _, a := range asked {
		found, err := x.Search(t.Context(), a.text, Wanted{PublicOnly: true, Limit: 10, Threshold: threshold})
		if err != nil {
			t.Fatal(err)
		}
		answers := len(found) > 0 && found[0].Answers
		if a.key == "" {
			uncovered++
			q.none += yes(answers)
		} else {
			covered++
			q.count(found, a.key)
		}
		if answers && found[0].Article.Key != a.key {
			t.Logf("answered from %s (%.2f), not %q: %s", found[0].Article.Key, found[0].Confidence, a.key, a.text)
		}
	}
	for _, share := range []*float64{&q.first, &q.three, &q.five, &q.mrr, &q.right, &q.wrong} {
		*share /= max(1, covered)
	}
	q.none /= max(1, uncovered)
	return q
}

// count what was found for a question that the article of the key answers.
func (q *quality) count(found []Result, key string) {
	for at, r := range found {
		if r.Article.Key == key {
			q.mrr += 1 / float64(at+1)
			q.first += yes(at < 1)
			q.three += yes(at < 3)
			q.five += yes(at < 5)
		}
	}
	if len(found) > 0 && found[0].Answers {
		q.right += yes(found[0].Article.Key == key)
		q.wrong += yes(found[0].Article.Key != key)
	}
}
