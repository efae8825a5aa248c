package search

import "math"

// usage counts in how many wordings of an index each word stands, by its number. Small words are counted, too. Counts are
// whole numbers, so that an index is the same however it came about: a full wording counts wordingUnits.
type usage struct {
	terms, small []int
	total        int
}

const (
	// wordingUnits is what a title or a question counts.
	wordingUnits = 10
	// sentenceUnits is what a sentence of a body does.
	sentenceUnits = wordingUnits * sentenceFactor
)

const (
	// prior is how many wordings as all others weigh in with those of an article (Dirichlet smoothing).
	prior = 5
	// smallUsage is how much a small word counts against a term.
	smallUsage = 0.3
)

// add the wordings of an article so many times over: once, or minus once to take them away.
func (u *usage) add(e *entry, times int) {
	u.total += times * e.units
	for _, use := range e.terms {
		u.terms[use.word] += times * use.units()
	}
	for _, use := range e.small {
		u.small[use.word] += times * use.units()
	}
}

// share of all wordings that has a word, which stands in so many units of them.
func (u *usage) share(everywhere float64) float64 {
	return (everywhere + wordingUnits/2) / float64(u.total+wordingUnits)
}

// favours is by how much the words of a question are more usual in the wordings of the article than in all: the logarithm of
// the ratio of probabilities, summed up. A word that stands for another counts for it in part.
func (e *entry) favours(q *question) float64 {
	ratio := func(here, share float64) float64 {
		return math.Log((here + prior*wordingUnits*share) / float64(e.units+prior*wordingUnits) / share)
	}
	var sum float64
	for _, asked := range q.terms {
		if asked.share == 0 {
			continue // nobody says it
		}
		var here float64
		for _, m := range asked.means {
			here += m.factor * float64(useOf(m.word, e.terms).units())
		}
		sum += ratio(here, asked.share)
	}
	for _, asked := range q.small {
		sum += smallUsage * ratio(float64(useOf(asked.word, e.small).units()), asked.share)
	}
	return sum
}
