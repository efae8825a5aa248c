package search

import "math"

// features of the article at a place of the ranking.
func features(q question, ranked []evidence, at int) []float64 {
	e := ranked[at]
	// How far the article is ahead of the next, or behind the best, as a share.
	margin := 1.0
	switch {
	case at > 0:
		margin = (e.score - ranked[0].score) / ranked[0].score
	case len(ranked) > 1:
		margin = (e.score - ranked[1].score) / e.score
	}
	return []float64{e.covered, e.wording, margin, yes(len(q.terms) == 1), yes(len(q.terms) == 2)}
}

func yes(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

// calibration weighs the features: few terms are easily covered, by chance. The last is the constant. Fitted to the questions
// in testdata by logistic regression; TestCalibration fits them anew.
var calibration = []float64{3.8, 5.6, 3.0, -1.6, -1.4, -6.3}

// confidence that the article at a place of the ranking answers.
func confidence(q question, ranked []evidence, at int) float64 {
	return logistic(calibration, features(q, ranked, at))
}

func logistic(weights, features []float64) float64 {
	sum := weights[len(features)]
	for n, f := range features {
		sum += weights[n] * f
	}
	return 1 / (1 + math.Exp(-sum))
}
