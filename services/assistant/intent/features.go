package intent

import (
	"cmp"
	"math"
	"slices"
)

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

// occurrence is a feature at a place of the text, for evidence.
type occurrence struct {
	feature  feature
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

func (v *vectorizer) occurrences(tokens []token) []occurrence {
	all := make([]occurrence, 0, 32*len(tokens))
	add := func(h uint64, block uint8, from, to int) {
		all = append(all, occurrence{feature: feature(h), block: block, from: int32(from), to: int32(to)})
	}
	for i := range tokens {
		h := hash(fnvOffset, "w")
		for n := 0; n < maxWordGram && i+n < len(tokens); n++ {
			h = hash(hash(h, " "), tokens[i+n].word)
			add(h, wordBlock, i, i+n+1)
		}
		charGrams(tokens[i].word, func(gram string) { add(hash(hash(fnvOffset, "c"), gram), charBlock, i, i+1) })
		for n := min(v.concepts.longest, len(tokens)-i); n > 0; n-- {
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

// charGrams gives the n-grams of the word with its edges.
func charGrams(word string, give func(string)) {
	word = " " + word + " "
	var starts [maxWord + 4]int
	runes := 0
	for i := range word {
		starts[runes] = i
		runes++
	}
	starts[runes] = len(word)
	for i := range runes {
		for n := minCharGram; n <= maxCharGram && i+n <= runes; n++ {
			if n == 2 && runes == 3 {
				continue
			}
			give(word[starts[i]:starts[i+n]])
		}
	}
}

// vector is sparse; indices ascend.
type vector struct {
	index []int32
	value []float32
}

// vectorizer turns tokens into vectors of tf-idf.
type vectorizer struct {
	concepts *phrases
	ids      map[feature]int32
	idf      []float32
	// ofIntent says of each feature whether an example of an intent has it, and not of none alone.
	ofIntent []bool
	// rarest is the idf of a feature that nobody taught.
	rarest float32
}

// newVectorizer learns the features of the documents: all words and pairs, and the pieces that so many have. isNone says which documents are of no intent.
func newVectorizer(concepts *phrases, documents [][]token, isNone func(int) bool, minDocuments int32) *vectorizer {
	v := &vectorizer{concepts: concepts, rarest: idf(len(documents), 0)}
	counts := map[feature]int32{}
	ofIntent, isWord := map[feature]bool{}, map[feature]bool{}
	seenIn := map[feature]int{}
	for i, tokens := range documents {
		for _, o := range v.occurrences(tokens) {
			if seenIn[o.feature] != i+1 {
				seenIn[o.feature] = i + 1
				counts[o.feature]++
			}
			if !isNone(i) {
				ofIntent[o.feature] = true
			}
			isWord[o.feature] = o.block == wordBlock
		}
	}
	kept := make([]feature, 0, len(counts))
	for f, n := range counts {
		if n >= minDocuments || isWord[f] {
			kept = append(kept, f)
		}
	}
	slices.Sort(kept)
	v.ids = make(map[feature]int32, len(kept))
	v.idf = make([]float32, len(kept))
	v.ofIntent = make([]bool, len(kept))
	for i, f := range kept {
		v.ids[f] = int32(i)
		v.idf[i] = idf(len(documents), int(counts[f]))
		v.ofIntent[i] = ofIntent[f]
	}
	return v
}

func idf(documents, with int) float32 {
	return float32(1 + math.Log(float64(1+documents)/float64(1+with)))
}

// acquaintance is how much of a text's words was taught, rare words weighing more: by any example, and by an example of an
// intent.
type acquaintance struct {
	known, ofIntent float64
}

// vector of the occurrences, and how well their words are known.
func (v *vectorizer) vector(occurrences []occurrence) (x vector, a acquaintance) {
	type entry struct {
		id    int32
		block uint8
	}
	entries := make([]entry, 0, len(occurrences))
	all := 0.0
	for _, o := range occurrences {
		id, ok := v.ids[o.feature]
		if o.block == wordBlock && o.to == o.from+1 {
			weight := float64(v.rarest)
			if ok {
				weight = float64(v.idf[id])
				a.known += weight
			}
			if ok && v.ofIntent[id] {
				a.ofIntent += weight
			}
			all += weight
		}
		if ok {
			entries = append(entries, entry{id, o.block})
		}
	}
	slices.SortFunc(entries, func(a, b entry) int { return cmp.Compare(a.id, b.id) })
	var norms [blocks]float64
	var blockOf []uint8
	for i := 0; i < len(entries); {
		n := 1
		for i+n < len(entries) && entries[i+n].id == entries[i].id {
			n++
		}
		value := (1 + math.Log(float64(n))) * float64(v.idf[entries[i].id])
		x.index = append(x.index, entries[i].id)
		x.value = append(x.value, float32(value))
		blockOf = append(blockOf, entries[i].block)
		norms[entries[i].block] += value * value
		i += n
	}
	total := 0.0
	for b := range norms {
		if norms[b] > 0 {
			total += blockWeight[b] * blockWeight[b]
			norms[b] = blockWeight[b] / math.Sqrt(norms[b])
		}
	}
	total = math.Sqrt(total)
	for i, b := range blockOf {
		x.value[i] *= float32(norms[b] / total)
	}
	a.known /= max(all, 1)
	a.ofIntent /= max(all, 1)
	return x, a
}
