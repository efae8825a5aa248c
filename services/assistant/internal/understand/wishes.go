package understand

import (
	"github.com/parleyhq/parley/services/assistant/intent"
)

// maxTogether bounds how many clauses are heard as one wish, the message as a whole aside.
const maxTogether = 4

// segment is a run of clauses that was classified as one.
type segment struct {
	text    string
	clauses []clause
	heard   intent.Result
	// sentence is where most guards look: the sentences that the segment touches.
	sentence string
	weight   float64
}

// wishes cuts the text into the parts of which the model is surest, each part weighing as much as it has words, and gives
// each with what was heard in it, none included. The whole is the segment of all clauses.
func (u *Understander) wishes(said string, clauses []clause, whole segment) []segment {
	n := len(clauses)
	best := make([]float64, n+1)
	chosen := make([]segment, n+1)
	from := make([]int, n+1)
	for end := 1; end <= n; end++ {
		best[end] = -1
		for start := end - 1; start >= 0; start-- {
			if end-start > maxTogether && (start > 0 || end < n) {
				continue
			}
			s := whole
			if end-start < n {
				s = u.segment(said, clauses[start:end])
			}
			if total := best[start] + s.weight; total > best[end] {
				best[end], chosen[end], from[end] = total, s, start
			}
		}
	}
	var all []segment
	for end := n; end > 0; end = from[end] {
		all = append([]segment{chosen[end]}, all...)
	}
	return all
}

// whole is the message as one segment.
func (u *Understander) whole(said string, clauses []clause) segment {
	if len(clauses) == 0 {
		return segment{heard: u.model.Classify(said)}
	}
	return u.segment(said, clauses)
}

// A part more is worth something where the speaker himself goes on to another thing. At a comma a cut has to pay for itself.
const turnWorth = 1.0

func (u *Understander) segment(said string, clauses []clause) segment {
	head, tail := clauses[0], clauses[len(clauses)-1]
	s := segment{clauses: clauses, text: trimLeading(span{head.from, tail.to}.of(said))}
	s.sentence = said[head.sentence.from:tail.sentence.to]
	s.heard = u.model.Classify(s.text)
	s.weight = s.heard.Score * float64(len(words(s.text)))
	if head.turn {
		s.weight += turnWorth
	}
	return s
}
