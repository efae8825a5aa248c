package search

import "math"

// usage counts in how many wordings each word stands: of one article, or of all of an index. Small words are counted, too.
// Counts are whole numbers, so that an index is the same however it came about: a full wording counts wordingUnit.
type usage struct {
	terms, small map[string]int
	total        int
}

// wordingUnit is what a wording of factor 1 counts.
const wordingUnit = 10

const (
	// prior is how many wordings as all others weigh in with those of an article (Dirichlet smoothing).
	prior = 5
	// smallUsage is how much a small word counts against a term.
	smallUsage = 0.3
)

func newUsage() usage { return usage{terms: map[string]int{}, small: map[string]int{}} }

// add the wordings so many times over: once, or minus once to take them away.
func (u *usage) add(wordings []wording, times int) {
	for _, w := range wordings {
		units := times * int(math.Round(wordingUnit*w.factor))
		u.total += units
		for term := range w.terms {
			u.terms[term] += units
		}
		for word := range w.small {
			u.small[word] += units
		}
	}
}

// favours is by how much the words of a question are more usual in the wordings of one article than in all: the logarithm of
// the ratio of probabilities, summed up. A word that stands for another counts for it in part.
func (u usage) favours(q question, one usage) float64 {
	ratio := func(here, everywhere float64) float64 {
		share := (everywhere + wordingUnit/2) / float64(u.total+wordingUnit)
		return math.Log((here + prior*wordingUnit*share) / float64(one.total+prior*wordingUnit) / share)
	}
	var sum float64
	for _, asked := range q.terms {
		var here, everywhere float64
		for _, m := range asked.means {
			here += m.factor * float64(one.terms[m.term])
			everywhere += m.factor * float64(u.terms[m.term])
		}
		if everywhere > 0 {
			sum += ratio(here, everywhere)
		}
	}
	for _, word := range sortedKeys(q.small) {
		sum += smallUsage * ratio(float64(one.small[word]), float64(u.small[word]))
	}
	return sum
}
