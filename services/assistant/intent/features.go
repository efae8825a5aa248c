package intent

import "slices"

// feature is the hash of an n-gram and its kind. With 64 bits a collision among a million is as good as impossible.
type feature uint64

// kinds of features. Each block is brought to length one by itself, so that the many character n-grams of a long word do
// not drown the words.
const (
	wordBlock = iota
	charBlock
	conceptBlock
	blocks
)

// blockWeight is how much a block counts; found on held-out folds of public sets.
var blockWeight = [blocks]float64{wordBlock: 1, charBlock: 1, conceptBlock: 0.1}

const (
	maxWordGram = 2
	minCharGram = 2
	maxCharGram = 5
)

// untaught is the id of a feature that no example has.
const untaught = -1

// occurrence is a feature at a place of the text, for evidence.
type occurrence struct {
	feature  feature
	id       int32 // of the feature; untaught before vector has looked, too
	block    uint8
	from, to int32 // tokens, to excluded
}

const fnvOffset, fnvPrime = 14695981039346656037, 1099511628211

func hash(h uint64, s string) uint64 {
	for i := range len(s) {
		h = (h ^ uint64(s[i])) * fnvPrime
	}
	return h
}

// perToken is how many features a word of ordinary length has.
const perToken = 24

// occurrences of features in the text, behind those that are there.
func (v *vectorizer) occurrences(all []occurrence, tokens []token) []occurrence {
	all = slices.Grow(all, perToken*len(tokens))
	add := func(h uint64, block uint8, from, to int) {
		all = append(all, occurrence{feature: feature(h), id: untaught, block: block, from: int32(from), to: int32(to)})
	}
	for i := range tokens {
		h := hash(fnvOffset, "w")
		for n := 0; n < maxWordGram && i+n < len(tokens); n++ {
			h = hash(hash(h, " "), tokens[i+n].word)
			add(h, wordBlock, i, i+n+1)
		}
		charGrams(tokens[i].word, func(h uint64) { add(h, charBlock, i, i+1) })
		for n := min(v.concepts.longest[tokens[i].word], len(tokens)-i); n > 0; n-- {
			for _, name := range v.concepts.to[joined(tokens[i:i+n])] {
				add(hash(hash(fnvOffset, "m"), name), conceptBlock, i, i+n)
			}
		}
	}
	if last := len(tokens) - 1; last >= 0 {
		add(hash(fnvOffset, "w^ "+tokens[0].word), wordBlock, 0, 1)
		add(hash(fnvOffset, "w^ "+joined(tokens[:min(2, len(tokens))])), wordBlock, 0, min(2, len(tokens)))
		add(hash(fnvOffset, "w$ "+tokens[last].word), wordBlock, last, last+1)
	}
	return all
}

// charGrams gives the hashes of the n-grams of the word with its edges.
func charGrams(word string, give func(uint64)) {
	word = " " + word + " "
	var starts [maxWord + 4]int
	runes := 0
	for i := range word {
		starts[runes] = i
		runes++
	}
	starts[runes] = len(word)
	for i := range runes {
		h := hash(fnvOffset, "c")
		for n := 1; n <= maxCharGram && i+n <= runes; n++ {
			h = hash(h, word[starts[i+n-1]:starts[i+n]])
			if n >= minCharGram && (n != 2 || runes != 3) {
				give(h)
			}
		}
	}
}
