package search

import "math"

// features of the article at a place of the ranking, as calibration weighs them.
func (x *Index) features(q *question, ranked []evidence, r rival, at int) []float64 {
	e := ranked[at]
	lacks, unknown := q.lacksOf(e.entry)
	return []float64{
		e.wording,
		e.letters,
		e.letters * e.wording,
		e.group,
		margin(ranked, at),
		e.favours / usageUnit,
		lacks / lackUnit,
		unknown,
		x.letters.strange(&q.spelt),
		yes(len(q.terms) == 1),
		yes(len(q.terms) == 2),
		r.wording,
		r.letters,
		max(0, r.wording-e.wording),
		max(0, r.letters-e.letters),
	}
}

// Units bring a feature to about one.
const (
	usageUnit = 10
	lackUnit  = 5
)

// calibration weighs the features: few terms are easily found, by chance; a term that the article lacks, letters that no wording
// has, and a likeness to what nothing answers speak against it. The last is the constant. Fitted by logistic regression to the
// questions in testdata and to wordings of the articles that were kept from the index; TestCalibration fits them anew.
var calibration = []float64{0.9, 1.0, 0.7, 4.1, 2.9, 1.3, -1.1, -0.7, -0.7, -0.6, -0.6, -1.9, -3.0, -2.5, -1.9, -0.4}

// verbatim is a likeness by letters of what is the same but for signs and accents.
const verbatim = 0.999

// confidence that the article at a place of the ranking answers. It is certain of the best when its reviewers wrote down that
// very question.
func (x *Index) confidence(q *question, ranked []evidence, r rival, at int) float64 {
	if at == 0 && ranked[0].letters > verbatim && r.letters < verbatim {
		return 1
	}
	return logistic(calibration, x.features(q, ranked, r, at))
}

// margin is how far the article is ahead of the next, or behind the best, as a share.
func margin(ranked []evidence, at int) float64 {
	switch {
	case at > 0:
		return (ranked[at].score - ranked[0].score) / ranked[0].score
	case len(ranked) > 1:
		return (ranked[0].score - ranked[1].score) / ranked[0].score
	default:
		return 1
	}
}

// lacksOf is the weight of the weightiest term that the article does not have, and the share of terms, by weight, that nobody
// has.
func (q *question) lacksOf(e *entry) (weightiest, unknown float64) {
	for _, asked := range q.terms {
		inAsked, inBody := asked.bestOf(e)
		weightiest = max(weightiest, asked.weight*(1-max(inAsked, bodyFactor*inBody)))
		if len(asked.means) == 0 {
			unknown += asked.weight
		}
	}
	return weightiest, unknown / q.total
}

// bestOf is how well the best of the term's meanings matches that the title or a question of the article has, and that its body
// has; 0 when it has none.
func (a askedTerm) bestOf(e *entry) (inAsked, inBody float64) {
	for _, m := range a.means { // the best first
		use := useOf(m.word, e.terms)
		if inAsked == 0 && use.asked > 0 {
			inAsked = m.factor
		}
		if inBody == 0 && use.body > 0 {
			inBody = m.factor
		}
	}
	return inAsked, inBody
}

func yes(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

func logistic(weights, features []float64) float64 {
	sum := weights[len(features)]
	for n, f := range features {
		sum += weights[n] * f
	}
	return 1 / (1 + math.Exp(-sum))
}
