package search

import (
	"math"
	"slices"
)

// word is the number of a word in a vocabulary. An index compares and counts words by number: looking one up by its letters is
// what a search would otherwise spend most of its time on.
type word uint32

// unheard is the number of what is not in a vocabulary.
const unheard word = math.MaxUint32

// vocabulary is what an index knows of the words of its articles, by their number. A word that has left the articles keeps
// its number, and has counts of zero.
type vocabulary struct {
	numbers map[string]word
	near    map[outline][]word

	texts    []string
	articles []int32   // that have it as a term, gaps included
	weights  []float64 // as a term: the rarer in the articles, the more it says
	usage    usage
}

// outline is what a misspelt word has in common with what was meant, but for a letter or two in the length.
type outline struct {
	first byte
	bytes int
}

func outlineOf(text string) outline { return outline{text[0], len(text)} }

func newVocabulary() vocabulary {
	return vocabulary{numbers: map[string]word{}, near: map[outline][]word{}}
}

// number of a word, a new one if it has none yet.
func (v *vocabulary) number(text string) word {
	if n, ok := v.numbers[text]; ok {
		return n
	}
	n := word(len(v.texts))
	v.numbers[text] = n
	v.texts = append(v.texts, text)
	v.articles, v.weights = append(v.articles, 0), append(v.weights, 0)
	v.usage.terms, v.usage.small = append(v.usage.terms, 0), append(v.usage.small, 0)
	if text != "" {
		v.near[outlineOf(text)] = append(v.near[outlineOf(text)], n)
	}
	return n
}

// find the number of a word.
func (v *vocabulary) find(text string) word {
	if n, ok := v.numbers[text]; ok {
		return n
	}
	return unheard
}

// term by its number, and how many articles have it.
func (v *vocabulary) term(text string) (n word, articles int) {
	if n = v.find(text); n != unheard {
		articles = int(v.articles[n])
	}
	return n, articles
}

// wordSet is some of the words of a vocabulary: a bit for each.
type wordSet []uint64

func (v *vocabulary) none() wordSet { return make(wordSet, len(v.texts)/64+1) }

func (s wordSet) add(w word)      { s[w/64] |= 1 << (w % 64) }
func (s wordSet) has(w word) bool { return s[w/64]>>(w%64)&1 != 0 }

// count the article's terms so many times over: once, or minus once to take them away. Whoever is done with counting weighs.
func (v *vocabulary) count(e *entry, times int32) {
	for _, u := range e.terms {
		v.articles[u.word] += times
	}
}

// weigh the terms of an index of so many articles.
func (v *vocabulary) weigh(articles int) {
	for n, count := range v.articles {
		v.weights[n] = weight(articles, int(count))
	}
}

// weight of a term that so many of the articles have: the inverse document frequency of BM25.
func weight(articles, with int) float64 {
	n, count := float64(articles), float64(with)
	return math.Log(1 + (n-count+0.5)/(count+0.5))
}

// use is in how many of an article's wordings a word stands.
type use struct {
	word        word
	asked, body uint16 // of its title and questions, of the sentences of its body; package article bounds both
}

// units that the wordings weigh.
func (u use) units() int { return wordingUnits*int(u.asked) + sentenceUnits*int(u.body) }

// usesOf the words: one for each, in the order of their numbers. It changes what it is given.
func usesOf(words []use) []use {
	slices.SortFunc(words, func(a, b use) int { return int(a.word) - int(b.word) })
	var uses []use
	for _, u := range words {
		if last := len(uses) - 1; last >= 0 && uses[last].word == u.word {
			uses[last].asked += u.asked
			uses[last].body += u.body
		} else {
			uses = append(uses, u)
		}
	}
	return slices.Clip(uses)
}

// useOf the word among the uses of an article; zero when it has it nowhere.
func useOf(w word, uses []use) use {
	at, found := slices.BinarySearchFunc(uses, w, func(u use, w word) int { return int(u.word) - int(w) })
	if !found {
		return use{}
	}
	return uses[at]
}
