package search

import (
	"math"
	"slices"
	"strings"
	"unicode/utf8"
)

// How much a term counts that is not what was asked but stands for it.
const (
	likeFactor  = 0.6 // a word that people use for it
	meantFactor = 0.8 // what a misspelt word was meant to be
	lightFactor = 0.4 // weight of a light word, against that of others
)

// question is what was asked, in terms.
type question struct {
	terms []askedTerm
	small map[string]bool // its small words
	total float64         // sum of the weights
	spelt spelt
}

// askedTerm is one term of a question.
type askedTerm struct {
	term   string
	weight float64   // the rarer in the articles, the more it says
	means  []meaning // that match it, itself included, the best first
}

// meaning is a term that may have been meant, and how well it fits: above 0, at most 1.
type meaning struct {
	term   string
	factor float64
}

// ask makes a question of a text.
func (x *Index) ask(text string) question {
	terms, small := x.language.split(text)
	q := question{small: set(small), spelt: x.letters.spell(letters(tokens(text)))}
	seen := map[string]bool{}
	for _, term := range terms {
		if seen[term] {
			continue
		}
		seen[term] = true
		asked := x.interpret(term)
		q.terms = append(q.terms, asked)
		q.total += asked.weight
	}
	return q
}

// interpret says what a term may mean in these articles.
func (x *Index) interpret(term string) askedTerm {
	asked := x.meanings(term)
	if x.language.light[term] {
		asked.weight *= lightFactor
	}
	return asked
}

func (x *Index) meanings(term string) askedTerm {
	asked := askedTerm{term: term}
	if x.counts[term] > 0 {
		asked.means = append(asked.means, meaning{term, 1})
	}
	most := 0
	for _, like := range slices.Sorted(slices.Values(x.language.like[term])) {
		if count := x.counts[like]; count > 0 && like != term {
			asked.means = append(asked.means, meaning{like, likeFactor})
			most = max(most, count)
		}
	}
	if count := x.counts[term]; count > 0 {
		asked.weight = x.weight(count)
		return asked
	}
	if len(asked.means) == 0 {
		asked.weight = x.weight(1)
		if meant := x.meant(term); meant != "" {
			asked.means = []meaning{{meant, meantFactor}}
			asked.weight = x.weight(x.counts[meant])
		}
		return asked
	}
	// Nobody wrote the word itself: it says as much as the most common of those that people use for it.
	asked.weight = x.weight(most)
	return asked
}

// weight of a term that so many articles have: the inverse document frequency of BM25.
func (x *Index) weight(count int) float64 {
	n := float64(len(x.entries))
	return math.Log(1 + (n-float64(count)+0.5)/(float64(count)+0.5))
}

// Words shorter than this are not taken for misspelt, and longer ones may have two letters wrong.
const (
	leastMisspelt = 5
	longMisspelt  = 9
)

// meant is the term of the articles that a misspelt one was probably meant to be, or empty: it begins with the same letter
// and differs by one (two, when it is long) letters put in, left out, exchanged or swapped.
func (x *Index) meant(term string) string {
	length := utf8.RuneCountInString(term)
	if length < leastMisspelt || strings.ContainsAny(term, "0123456789") {
		return ""
	}
	most := 1
	if length >= longMisspelt {
		most = 2
	}
	best, bestDistance := "", most+1
	consider := func(known, stands string) {
		count := x.counts[stands]
		if count == 0 || known[0] != term[0] || len(known) < len(term)-most || len(known) > len(term)+most {
			return
		}
		d := distance(term, known, most)
		better := d < bestDistance || d == bestDistance && (count > x.counts[best] || count == x.counts[best] && stands < best)
		if d <= most && better {
			best, bestDistance = stands, d
		}
	}
	for known := range x.counts {
		consider(known, known)
	}
	for spelling, stands := range x.language.phrases {
		consider(spelling, stands)
	}
	return best
}

// distance of Damerau and Levenshtein (optimal string alignment), or something above most.
func distance(a, b string, most int) int {
	from, to := []rune(a), []rune(b)
	var before, last []int
	row := make([]int, len(to)+1)
	for at := range row {
		row[at] = at
	}
	for i := range from {
		before, last, row = last, row, make([]int, len(to)+1)
		row[0] = i + 1
		for j := range to {
			change := 1
			if from[i] == to[j] {
				change = 0
			}
			row[j+1] = min(last[j+1]+1, row[j]+1, last[j]+change)
			if i > 0 && j > 0 && from[i] == to[j-1] && from[i-1] == to[j] {
				row[j+1] = min(row[j+1], before[j-1]+1)
			}
		}
		if slices.Min(row) > most {
			return most + 1
		}
	}
	return row[len(to)]
}
