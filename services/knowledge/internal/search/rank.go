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
func (x *Index) rank(q *question, found []candidate) []evidence {
	ranked := make([]evidence, len(found))
	most := math.Inf(-1)
	for at, c := range found {
		ranked[at].favours = c.favours(q)
		most = max(most, ranked[at].favours)
	}
	var alike []float64
	for at, c := range found {
		e := evidence{
			candidate: c, relative: c.bm25 / found[0].bm25, favours: ranked[at].favours,
			usual: math.Exp((ranked[at].favours - most) / usageScale),
		}
		for _, w := range c.wordings {
			e.wording = max(e.wording, w.factor()*x.likeness(q, w))
		}
		alike = x.letters.alike(&q.spelt, c.spelling, alike)
		e.letters, e.group = closest(alike)
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

func (x *Index) rival(q *question) rival {
	var r rival
	var alike []float64
	for _, gap := range x.gaps {
		for _, w := range gap.wordings {
			r.wording = max(r.wording, x.likeness(q, w))
		}
		alike = x.letters.alike(&q.spelt, gap.spelling, alike)
		for _, a := range alike {
			r.letters = max(r.letters, a)
		}
	}
	return r
}

// closest of the likenesses by letters, and the few that are, taken together.
func closest(alike []float64) (most, group float64) {
	var few [groupSize]float64 // in falling order
	for _, a := range alike {
		at := groupSize
		for ; at > 0 && a > few[at-1]; at-- {
			if at < groupSize {
				few[at] = few[at-1]
			}
		}
		if at < groupSize {
			few[at] = a
		}
	}
	for _, a := range few {
		group += a / groupSize
	}
	return few[0], group
}

// hit is a term of a wording that was asked for.
type hit struct {
	term word
	gain float64 // the most that a term of the question gives for it
}

// likeness of a question and a wording: the cosine of their weighted terms, where a word that stands for another counts
// for it, once. Small words count a little: they tell "until when can I pay" from "how can I pay".
func (x *Index) likeness(q *question, w wording) float64 {
	hits := q.hits[:0]
	for _, term := range w.words[:w.terms] {
		if q.means.has(term) {
			hits = append(hits, hit{term: term})
		}
	}
	if q.hits = hits; len(hits) == 0 {
		return 0 // as most wordings: so nothing else is done for them
	}
	for _, asked := range q.terms {
		asked.gainFrom(hits, x.words.weights)
	}
	var shared, there float64
	for _, h := range hits {
		shared += h.gain
	}
	for _, term := range w.words[:w.terms] {
		there += x.words.weights[term] * x.words.weights[term]
	}
	common := 0
	for _, small := range w.words[w.terms:] {
		if slices.ContainsFunc(q.small, func(asked askedSmall) bool { return asked.word == small }) {
			common++
		}
	}
	shared += float64(common) * smallWeight * smallWeight
	there += float64(len(w.words)-w.terms) * smallWeight * smallWeight
	return min(1, shared/math.Sqrt(q.square*there))
}

// gainFrom the hit that is the best of the term's meanings.
func (a askedTerm) gainFrom(hits []hit, weights []float64) {
	for _, m := range a.means {
		for at := range hits {
			if h := &hits[at]; h.term == m.word {
				h.gain = max(h.gain, a.weight*m.factor*weights[m.word])
				return
			}
		}
	}
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
	return x.answer(ctx, x.ask(text), w)
}

func (x *Index) answer(ctx context.Context, q *question, w Wanted) ([]Result, error) {
	found, err := x.retrieve(ctx, q, w.PublicOnly)
	if err != nil {
		return nil, err
	}
	ranked, r := x.rank(q, found), x.rival(q)
	results := make([]Result, 0, min(w.Limit, len(ranked)))
	for at, e := range ranked[:cap(results)] {
		result := Result{
			Article: e.Article, Passage: e.passage(x, q, w.PassageSize), Score: e.score,
			Confidence: x.confidence(q, ranked, r, at),
		}
		result.Answers = at == 0 && result.Confidence >= w.Threshold
		results = append(results, result)
	}
	return results, nil
}
