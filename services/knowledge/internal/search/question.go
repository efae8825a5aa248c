package search

import (
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

// question is what was asked, in terms. It belongs to one search.
type question struct {
	terms  []askedTerm
	small  []askedSmall // its small words, each once, in the order of the alphabet
	means  wordSet      // what any of the terms may mean
	total  float64      // sum of the weights
	square float64      // sum of their squares, small words included
	spelt  spelt

	hits []hit // of the wording that is looked at; kept, so that not every one needs memory
}

// askedTerm is one term of a question.
type askedTerm struct {
	term   string
	weight float64   // the rarer in the articles, the more it says
	means  []meaning // that match it, itself included, the best first
	share  float64   // of all wordings that have one of them, by how well it fits; 0 when none has
}

// meaning is a term that may have been meant, and how well it fits: above 0, at most 1.
type meaning struct {
	word   word
	factor float64
}

// askedSmall is a small word of a question.
type askedSmall struct {
	word  word    // may be unheard
	share float64 // of all wordings that have it
}

// ask makes a question of a text.
func (x *Index) ask(text string) *question {
	words := tokens(text)
	terms, small := x.language.split(words)
	q := &question{spelt: x.letters.spell(letters(words)), means: x.words.none()}
	for at, term := range terms {
		if slices.Contains(terms[:at], term) {
			continue
		}
		asked := x.interpret(term)
		q.terms = append(q.terms, asked)
		q.total += asked.weight
		q.square += asked.weight * asked.weight
		for _, m := range asked.means {
			q.means.add(m.word)
		}
	}
	slices.Sort(small)
	for _, text := range slices.Compact(small) {
		q.small = append(q.small, x.interpretSmall(text))
	}
	q.square += float64(len(q.small)) * smallWeight * smallWeight
	return q
}

// words of the question, as its articles would have them.
func (q *question) words() []string {
	words := make([]string, len(q.terms))
	for at, asked := range q.terms {
		words[at] = asked.term
	}
	return words
}

func (x *Index) interpretSmall(text string) askedSmall {
	asked, usual := askedSmall{word: x.words.find(text)}, 0
	if asked.word != unheard {
		usual = x.words.usage.small[asked.word]
	}
	asked.share = x.words.usage.share(float64(usual))
	return asked
}

// interpret says what a term may mean in these articles.
func (x *Index) interpret(term string) askedTerm {
	asked := x.meanings(term)
	if x.language.light[term] {
		asked.weight *= lightFactor
	}
	var usual float64
	for _, m := range asked.means {
		usual += m.factor * float64(x.words.usage.terms[m.word])
	}
	if usual > 0 {
		asked.share = x.words.usage.share(usual)
	}
	return asked
}

func (x *Index) meanings(term string) askedTerm {
	asked := askedTerm{term: term}
	itself, count := x.words.term(term)
	if count > 0 {
		asked.means = append(asked.means, meaning{itself, 1})
	}
	most := 0
	for _, like := range x.language.like[term] {
		if other, others := x.words.term(like); others > 0 {
			asked.means = append(asked.means, meaning{other, likeFactor})
			most = max(most, others)
		}
	}
	switch {
	case count > 0:
		asked.weight = weight(len(x.entries), count)
	case len(asked.means) > 0:
		// Nobody wrote the word itself: it says as much as the most common of those that people use for it.
		asked.weight = weight(len(x.entries), most)
	default:
		asked.weight = weight(len(x.entries), 1)
		if meant := x.meant(term); meant != unheard {
			asked.means = []meaning{{meant, meantFactor}}
			asked.weight = x.words.weights[meant]
		}
	}
	return asked
}

// Words shorter than this are not taken for misspelt, and longer ones may have two letters wrong.
const (
	leastMisspelt = 5
	longMisspelt  = 9
)

// meant is the term of the articles that a misspelt one was probably meant to be, or unheard: it begins with the same letter
// and differs by one (two, when it is long) letters put in, left out, exchanged or swapped.
func (x *Index) meant(term string) word {
	length := utf8.RuneCountInString(term)
	if length < leastMisspelt || strings.ContainsAny(term, "0123456789") {
		return unheard
	}
	most := 1
	if length >= longMisspelt {
		most = 2
	}
	best, bestCount, bestDistance := unheard, int32(0), most+1
	consider := func(known string, stands word) {
		count := x.words.articles[stands]
		if count == 0 {
			return
		}
		d := distance(term, known, most)
		better := d < bestDistance || d == bestDistance &&
			(count > bestCount || count == bestCount && x.words.texts[stands] < x.words.texts[best])
		if d <= most && better {
			best, bestCount, bestDistance = stands, count, d
		}
	}
	for bytes := len(term) - most; bytes <= len(term)+most; bytes++ {
		near := outline{term[0], bytes}
		for _, known := range x.words.near[near] {
			consider(x.words.texts[known], known)
		}
		for _, spelling := range x.language.near[near] {
			if stands := x.words.find(x.language.phrases[spelling]); stands != unheard {
				consider(spelling, stands)
			}
		}
	}
	return best
}

// distance of Damerau and Levenshtein (optimal string alignment), or something above most.
func distance(a, b string, most int) int {
	from, to := []rune(a), []rune(b)
	// Three rows are all that is looked at; words of ordinary length need no memory.
	var rows [3][32]int
	before, last, row := rows[0][:], rows[1][:], rows[2][:]
	if need := len(to) + 1; need > len(row) {
		before, last, row = make([]int, need), make([]int, need), make([]int, need)
	}
	for at := range len(to) + 1 {
		row[at] = at
	}
	for i := range from {
		before, last, row = last, row, before
		row[0] = i + 1
		least := row[0]
		for j := range to {
			change := 1
			if from[i] == to[j] {
				change = 0
			}
			row[j+1] = min(last[j+1]+1, row[j]+1, last[j]+change)
			if i > 0 && j > 0 && from[i] == to[j-1] && from[i-1] == to[j] {
				row[j+1] = min(row[j+1], before[j-1]+1)
			}
			least = min(least, row[j+1])
		}
		if least > most {
			return most + 1
		}
	}
	return row[len(to)]
}
