package search

import (
	"cmp"
	"context"
	"math"
	"slices"
)

// What a score is made of. Fitted to the development questions and to StackFAQ's development half.
const (
	bm25Share    = 0.06 // BM25, against the best of the search
	wordingShare = 0.24 // how like the question is to its title, to one of its questions, or to one of its sentences
	usageShare   = 0.20 // how usual the words of the question are in the article, against the best of the search
	lettersShare = 0.22 // how like it is to its title or one of its questions, letter by letter
	groupShare   = 0.28 // the same of those that are most like it, taken together
	groupSize    = 8
	usageScale   = 3.0 // the difference of usage at which less than half is left of that
	bodyFactor   = 0.6 // what a term in the body only counts
	smallWeight  = 0.8 // of a small word in a wording
)

// evidence is what speaks for one article.
type evidence struct {
	candidate

	score    float64
	wording  float64 // likeness of the question and the wording that is most like it
	relative float64 // BM25, against the best
	favours  float64 // how usual the words of the question are in it, against all articles
	usual    float64 // the same against the article where they are the most usual
	letters  float64 // likeness of the question and its title or question that is most like it, letter by letter
	group    float64 // the same of the few that are most like it, on average
}

// rank orders the candidates.
func (x *Index) rank(q question, found []candidate) []evidence {
	ranked := make([]evidence, len(found))
	most := math.Inf(-1)
	for at, c := range found {
		ranked[at].favours = x.usage.favours(q, c.usage)
		most = max(most, ranked[at].favours)
	}
	for at, c := range found {
		e := evidence{
			candidate: c, relative: c.bm25 / found[0].bm25, favours: ranked[at].favours,
			usual: math.Exp((ranked[at].favours - most) / usageScale),
		}
		for _, w := range c.wordings {
			e.wording = max(e.wording, w.factor*x.likeness(q, w))
		}
		e.letters, e.group = x.spelling(q, c.wordings)
		e.score = bm25Share*e.relative + wordingShare*e.wording + usageShare*e.usual + lettersShare*e.letters + groupShare*e.group
		ranked[at] = e
	}
	slices.SortStableFunc(ranked, func(a, b evidence) int {
		return cmp.Or(cmp.Compare(b.score, a.score), cmp.Compare(a.Key, b.Key), cmp.Compare(a.ID, b.ID))
	})
	return ranked
}

// rival is how like the question is to what nothing answers.
type rival struct{ wording, letters float64 }

func (x *Index) rival(q question) rival {
	var r rival
	for _, gap := range x.gaps {
		for _, w := range gap.wordings {
			r.wording = max(r.wording, x.likeness(q, w))
			r.letters = max(r.letters, x.letters.alike(q.spelt, w.letters))
		}
	}
	return r
}

// spelling says how like the question is, letter by letter, to the one of the wordings that is most like it, and to the few.
func (x *Index) spelling(q question, wordings []wording) (most, group float64) {
	var alike []float64
	for _, w := range wordings {
		if w.letters != nil {
			alike = append(alike, x.letters.alike(q.spelt, w.letters))
		}
	}
	slices.SortFunc(alike, func(a, b float64) int { return cmp.Compare(b, a) })
	for _, a := range alike[:min(groupSize, len(alike))] {
		group += a / groupSize
	}
	return alike[0], group
}

// best of the term's meanings among the terms, and how well it matches; empty when there is none.
func (a askedTerm) best(terms map[string]bool) (string, float64) {
	for _, m := range a.means {
		if terms[m.term] {
			return m.term, m.factor
		}
	}
	return "", 0
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
	for _, term := range w.order {
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
	ranked, r := x.rank(q, found), x.rival(q)
	var results []Result
	for at, e := range ranked[:min(w.Limit, len(ranked))] {
		result := Result{
			Article: e.Article, Passage: e.passage(x.language, q, w.PassageSize), Score: e.score,
			Confidence: x.confidence(q, ranked, r, at),
		}
		result.Answers = at == 0 && result.Confidence >= w.Threshold
		results = append(results, result)
	}
	return results, nil
}
