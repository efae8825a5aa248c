package search

import (
	"cmp"
	"context"
	"math"
	"slices"
)

// What a score is made of. Fitted to the development questions and to StackFAQ's development half.
const (
	bm25Share     = 0.14 // BM25, against the best of the search
	coverageShare = 0.28 // how much of what is asked the article has
	wordingShare  = 0.28 // how like the question is to its title, to one of its questions, or to one of its sentences
	usageShare    = 0.30 // how usual the words of the question are in the article, against the best of the search
	usageScale    = 3.0  // the difference of usage at which less than half is left of that
	bodyFactor    = 0.6  // what a term in the body only counts
	smallWeight   = 0.8  // of a small word in a wording
)

// evidence is what speaks for one article.
type evidence struct {
	candidate

	score    float64
	covered  float64 // share of what is asked that the article has, by weight; what stands in its body only counts less
	wording  float64 // likeness of the question and the wording that is most like it
	relative float64 // BM25, against the best
	usual    float64 // how usual the words of the question are in it, against the article where they are the most
}

// rank orders the candidates.
func (x *Index) rank(q question, found []candidate) []evidence {
	ranked := make([]evidence, len(found))
	most := math.Inf(-1)
	for at, c := range found {
		ranked[at].usual = x.usage.favours(q, c.usage)
		most = max(most, ranked[at].usual)
	}
	for at, c := range found {
		e := evidence{
			candidate: c, relative: c.bm25 / found[0].bm25, covered: q.coveredBy(c.entry),
			usual: math.Exp((ranked[at].usual - most) / usageScale),
		}
		for _, w := range c.wordings {
			e.wording = max(e.wording, w.factor*x.likeness(q, w))
		}
		e.score = bm25Share*e.relative + coverageShare*e.covered + wordingShare*e.wording +
			usageShare*e.usual
		ranked[at] = e
	}
	slices.SortStableFunc(ranked, func(a, b evidence) int {
		return cmp.Or(cmp.Compare(b.score, a.score), cmp.Compare(a.Key, b.Key), cmp.Compare(a.ID, b.ID))
	})
	return ranked
}

func (q question) coveredBy(e *entry) float64 {
	var sum float64
	for _, asked := range q.terms {
		_, inAsked := asked.best(e.asked)
		_, inBody := asked.best(e.body)
		sum += asked.weight * max(inAsked, bodyFactor*inBody)
	}
	return sum / q.total
}

// best of the term's meanings among the terms, and how well it matches; empty when there is none.
func (a askedTerm) best(terms map[string]bool) (string, float64) {
	var best string
	var most float64
	for meaning, factor := range a.means {
		if terms[meaning] && (factor > most || factor == most && meaning < best) {
			best, most = meaning, factor
		}
	}
	return best, most
}

// likeness of a question and a wording: the cosine of their weighted terms, where a word that stands for another counts
// for it, once. Small words count a little: they tell "until when can I pay" from "how can I pay".
func (x *Index) likeness(q question, w wording) float64 {
	matched := map[string]float64{} // term of the wording: the best that it gives
	for _, asked := range q.terms {
		if meaning, factor := asked.best(w.terms); factor > 0 {
			matched[meaning] = max(matched[meaning], asked.weight*factor*x.weight(x.counts[meaning]))
		}
	}
	if len(matched) == 0 {
		return 0
	}
	var shared, here, there float64
	for _, term := range sortedKeys(matched) {
		shared += matched[term]
	}
	for _, asked := range q.terms {
		here += asked.weight * asked.weight
	}
	for _, term := range sortedKeys(w.terms) {
		weight := x.weight(x.counts[term])
		there += weight * weight
	}
	common := 0
	for word := range q.small {
		if w.small[word] {
			common++
		}
	}
	shared += float64(common) * smallWeight * smallWeight
	here += float64(len(q.small)) * smallWeight * smallWeight
	there += float64(len(w.small)) * smallWeight * smallWeight
	return min(1, shared/math.Sqrt(here*there))
}

// Wanted is which results of a search are wanted.
type Wanted struct {
	PublicOnly  bool    // only articles that everybody may read
	Limit       int     // at most so many
	PassageSize int     // of a passage, at most so many bytes; 0 means 1200
	Threshold   float64 // of confidence, from which the first result answers
}

// Search finds the articles that may answer the text, the best first.
func (x *Index) Search(ctx context.Context, text string, w Wanted) ([]Result, error) {
	q := x.ask(text)
	found, err := x.retrieve(ctx, q, w.PublicOnly)
	if err != nil {
		return nil, err
	}
	ranked := x.rank(q, found)
	var results []Result
	for at, e := range ranked[:min(w.Limit, len(ranked))] {
		r := Result{
			Article: e.Article, Passage: e.passage(x.language, q, w.PassageSize), Score: e.score,
			Confidence: confidence(q, ranked, at),
		}
		r.Answers = at == 0 && r.Confidence >= w.Threshold
		results = append(results, r)
	}
	return results, nil
}
