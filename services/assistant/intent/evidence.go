package intent

import (
	"cmp"
	"slices"
)

// Evidence has at most so many phrases, and leaves out what weighs less than this share of the weightiest word.
const (
	maxEvidence   = 4
	leastEvidence = 0.25
)

// evidence are the words that decided for one class and against another, as they stand in the text, neighbours together.
func (m *Model) evidence(text string, tokens []token, occurrences []occurrence, x vector, class, against int) []string {
	weights := make([]float64, len(tokens))
	for _, o := range occurrences {
		if o.id == untaught {
			continue
		}
		at, ok := slices.BinarySearch(x.index, o.id)
		if !ok {
			continue
		}
		row := m.weights[int(o.id)*len(m.names):]
		by := row[class]
		if against >= 0 {
			by -= row[against]
		}
		for i := o.from; i < o.to; i++ {
			weights[i] += float64(by*x.value[at]) / float64(o.to-o.from)
		}
	}
	return phrasesOf(text, tokens, weights)
}

func phrasesOf(text string, tokens []token, weights []float64) []string {
	least := leastEvidence * slices.Max(weights)
	type phrase struct {
		from, to int
		weight   float64
	}
	var found []phrase
	for i, t := range tokens {
		if weights[i] <= 0 || weights[i] < least {
			continue
		}
		if n := len(found); n > 0 && i > 0 && found[n-1].to == tokens[i-1].to && weights[i-1] >= least {
			found[n-1].to = t.to
			found[n-1].weight = max(found[n-1].weight, weights[i])
			continue
		}
		found = append(found, phrase{from: t.from, to: t.to, weight: weights[i]})
	}
	slices.SortStableFunc(found, func(a, b phrase) int { return cmp.Compare(b.weight, a.weight) })
	var words []string
	for _, p := range found[:min(maxEvidence, len(found))] {
		words = append(words, text[p.from:p.to])
	}
	return words
}
