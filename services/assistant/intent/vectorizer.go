package intent

import (
	"cmp"
	"math"
	"slices"
)

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
	block    []uint8
	// ofIntent says of each feature whether an example of an intent has it, and not of none alone.
	ofIntent []bool
	// rarest is the idf of a feature that nobody taught.
	rarest float32
}

// newVectorizer learns the features of the documents: all words and pairs, and the pieces that so many have. isNone says which documents are of no intent.
// It answers the vectors of the documents, too.
func newVectorizer(concepts *phrases, documents [][]token, isNone func(int) bool, minDocuments int32) (*vectorizer, []vector) {
	v := &vectorizer{concepts: concepts, rarest: idf(len(documents), 0)}
	c := census{number: map[feature]int32{}}
	numbers := make([][]int32, len(documents))
	var occurrences []occurrence
	for i, tokens := range documents {
		occurrences = v.occurrences(occurrences[:0], tokens)
		numbers[i] = c.count(occurrences, int32(i), isNone(i))
	}
	ids := v.learn(c.found, len(documents), minDocuments)
	for i, of := range numbers {
		numbers[i] = renumbered(of, ids)
	}
	inOrder(numbers, len(v.idf))
	x := make([]vector, len(documents))
	for i := range numbers {
		x[i] = v.weighed(numbers[i])
		numbers[i] = nil // is in the vector now
	}
	return v, x
}

// renumbered are the ids of what is kept, in the place of the numbers. It and the loops that follow are, beside the machines,
// what a training is made of: one goroutine on its own numbers, which the race detector would triple.
//
//go:norace
func renumbered(numbers, ids []int32) []int32 {
	kept := numbers[:0]
	for _, number := range numbers {
		if id := ids[number]; id >= 0 {
			kept = append(kept, id)
		}
	}
	return kept
}

// inOrder sorts the ids of all documents at once, by way of the documents of each id.
//
//go:norace
func inOrder(documents [][]int32, features int) {
	ends := make([]int, features+1)
	for _, ids := range documents {
		for _, id := range ids {
			ends[id+1]++
		}
	}
	for id := range features {
		ends[id+1] += ends[id]
	}
	documentsOf := make([]int32, ends[features])
	for d, ids := range documents {
		for _, id := range ids {
			documentsOf[ends[id]] = int32(d)
			ends[id]++
		}
		documents[d] = ids[:0]
	}
	from := 0
	for id := range features {
		for _, d := range documentsOf[from:ends[id]] {
			documents[d] = append(documents[d], int32(id))
		}
		from = ends[id]
	}
}

// census of the features that the documents have, numbered as they come.
type census struct {
	number map[feature]int32
	found  []foundFeature
}

type foundFeature struct {
	feature feature
	block   uint8
	// documents that have it, and the last of them.
	documents, last int32
	ofIntent        bool
}

// count what one document has, and answer the numbers.
//
//go:norace
func (c *census) count(occurrences []occurrence, document int32, isNone bool) []int32 {
	numbers := make([]int32, len(occurrences))
	for i, o := range occurrences {
		n, ok := c.number[o.feature]
		if !ok {
			n = int32(len(c.found))
			c.number[o.feature] = n
			c.found = append(c.found, foundFeature{feature: o.feature, block: o.block, last: -1})
		}
		f := &c.found[n]
		if f.last != document {
			f.last = document
			f.documents++
		}
		f.ofIntent = f.ofIntent || !isNone
		numbers[i] = n
	}
	return numbers
}

// learn the features that are kept, in the order of their hashes, and answer the id of each by its number, or -1.
func (v *vectorizer) learn(found []foundFeature, documents int, minDocuments int32) []int32 {
	ids := make([]int32, len(found))
	kept := make([]int32, 0, len(found))
	for n, f := range found {
		ids[n] = -1
		if f.documents >= minDocuments || f.block == wordBlock {
			kept = append(kept, int32(n))
		}
	}
	slices.SortFunc(kept, func(a, b int32) int { return cmp.Compare(found[a].feature, found[b].feature) })
	v.ids = make(map[feature]int32, len(kept))
	v.idf, v.block, v.ofIntent = make([]float32, len(kept)), make([]uint8, len(kept)), make([]bool, len(kept))
	for id, n := range kept {
		f := found[n]
		ids[n] = int32(id)
		v.ids[f.feature] = int32(id)
		v.idf[id], v.block[id], v.ofIntent[id] = idf(documents, int(f.documents)), f.block, f.ofIntent
	}
	return ids
}

func idf(documents, with int) float32 {
	return float32(1 + math.Log(float64(1+documents)/float64(1+with)))
}

// acquaintance is how much of a text's words was taught, rare words weighing more: by any example, and by an example of an
// intent.
type acquaintance struct {
	known, ofIntent float64
}

// vector of the occurrences, and how well their words are known. It tells each occurrence the id of its feature.
func (v *vectorizer) vector(occurrences []occurrence) (x vector, a acquaintance) {
	ids := make([]int32, 0, len(occurrences))
	all := 0.0
	for i := range occurrences {
		o := &occurrences[i]
		id, ok := v.ids[o.feature]
		if ok {
			o.id = id
			ids = append(ids, id)
		}
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
	}
	a.known /= max(all, 1)
	a.ofIntent /= max(all, 1)
	slices.Sort(ids)
	return v.weighed(ids), a
}

// weighed is the vector of the features, which are in order, each as often as it occurs.
//
//go:norace
func (v *vectorizer) weighed(ids []int32) vector {
	x := vector{index: make([]int32, 0, len(ids)), value: make([]float32, 0, len(ids))}
	var norms [blocks]float64
	for i := 0; i < len(ids); {
		id, n := ids[i], 1
		for i+n < len(ids) && ids[i+n] == id {
			n++
		}
		value := (1 + math.Log(float64(n))) * float64(v.idf[id])
		x.index, x.value = append(x.index, id), append(x.value, float32(value))
		norms[v.block[id]] += value * value
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
	for i, id := range x.index {
		x.value[i] *= float32(norms[v.block[id]] / total)
	}
	return x
}
