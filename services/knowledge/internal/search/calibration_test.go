package search

import (
	"cmp"
	"slices"
	"testing"

	"github.com/parleyhq/parley/services/knowledge/internal/article"
)

// heldOutEvery is which share of the wordings is kept from an index.
const heldOutEvery = 8

// heldOut is an index of Aurora's articles without every eighth of their questions, and those.
func heldOut(t testing.TB, language string) (*Index, []ask) {
	t.Helper()
	full := aurora(t, language)
	var articles []Article
	for _, entries := range []map[string]*entry{full.entries, full.gaps} {
		for _, e := range entries {
			articles = append(articles, e.Article)
		}
	}
	slices.SortFunc(articles, func(a, b Article) int { return cmp.Compare(a.Key, b.Key) })
	var asked []ask
	for n := range articles {
		a := &articles[n]
		var kept []string
		for at, question := range a.Questions {
			switch {
			case at%heldOutEvery != 0:
				kept = append(kept, question)
			case a.Kind == article.Gap:
				asked = append(asked, ask{text: question})
			case a.Access == article.Public:
				asked = append(asked, ask{text: question, key: a.Key})
			}
		}
		a.Questions = kept
	}
	x := newIndex(t, language)
	if err := x.Put(articles, nil); err != nil {
		t.Fatal(err)
	}
	return x, asked
}

// sample is the best article for a question: what speaks for it, and whether it answers.
type sample struct {
	features []float64
	right    float64
	weight   float64
}

// heldOutWeight of a question of the articles' own against one that a stranger might ask.
const heldOutWeight = 0.6

func samplesOf(t testing.TB, x *Index, asked []ask, weight float64) []sample {
	t.Helper()
	var samples []sample
	for _, a := range asked {
		q := x.ask(a.text)
		found, err := x.retrieve(t.Context(), q, true)
		if err != nil {
			t.Fatal(err)
		}
		if ranked := x.rank(q, found); len(ranked) > 0 {
			samples = append(samples, sample{x.features(q, ranked, x.rival(q), 0), yes(ranked[0].Key == a.key), weight})
		}
	}
	return samples
}

// fit weights by logistic regression: gradient descent with momentum and a little decay.
func fit(samples []sample, count int) []float64 {
	weights, speed := make([]float64, count), make([]float64, count)
	var total float64
	for _, s := range samples {
		total += s.weight
	}
	for range 600 {
		gradient := make([]float64, count)
		for _, s := range samples {
			miss := s.weight * (logistic(weights, s.features) - s.right)
			for n, f := range s.features {
				gradient[n] += miss * f
			}
			gradient[len(s.features)] += miss
		}
		for n := range weights {
			speed[n] = 0.9*speed[n] - 0.4*(gradient[n]/total+0.0003*weights[n])
			weights[n] += speed[n]
		}
	}
	return weights
}
