package intent

import (
	"math/rand/v2"
	"slices"
)

// How the machines are trained. Found on held-out folds of public sets, where each is flat around its value.
const (
	cost      = 1.0
	tolerance = 0.5
	rounds    = 20
	folds     = 3
	// A piece of a word that a single example has is noise once there are many examples.
	manyExamples = 5000
)

type learner struct {
	model *Model
	seed  uint64
}

// learn one machine for each class.
func (l learner) learn(documents [][]token, classes []int) (*vectorizer, []float32) {
	atLeast := int32(1)
	if len(documents) >= manyExamples {
		atLeast = 2
	}
	v, x := newVectorizer(l.model.reader.concepts, documents, func(i int) bool { return classes[i] == l.model.none }, atLeast)
	machine := svm{cost: cost, tolerance: tolerance, rounds: rounds, seed: l.seed}
	return v, transpose(machine.fit(x, classes, len(l.model.names), len(v.ids)))
}

// transpose lays the weights of all classes for a feature beside each other: a text has few features.
func transpose(byClass [][]float32) []float32 {
	classes := len(byClass)
	all := make([]float32, classes*len(byClass[0]))
	for class, weights := range byClass {
		for feature, w := range weights {
			all[feature*classes+class] = w
		}
	}
	return all
}

// heldOut has the examples of the first folds judged by machines that never saw them.
func (l learner) heldOut(documents [][]token, classes []int, judged int) []held {
	all := make([]held, 0, len(documents))
	fold := deal(classes, folds, l.seed)
	for f := range judged {
		var seen [][]token
		var seenClasses []int
		for i := range documents {
			if fold[i] != f {
				seen, seenClasses = append(seen, documents[i]), append(seenClasses, classes[i])
			}
		}
		part := &Model{names: l.model.names, none: l.model.none, reader: l.model.reader}
		part.vectorizer, part.weights = l.learn(seen, seenClasses)
		for i := range documents {
			if fold[i] == f {
				x, acquaintance := part.vectorizer.vector(part.vectorizer.occurrences(nil, documents[i]))
				all = append(all, held{class: classes[i], acquaintance: acquaintance, margins: part.margins(x)})
			}
		}
	}
	return all
}

// deal each class evenly into folds.
func deal(classes []int, folds int, seed uint64) []int {
	random := rand.New(rand.NewPCG(seed, uint64(folds)))
	order := random.Perm(len(classes))
	slices.SortStableFunc(order, func(a, b int) int { return classes[a] - classes[b] })
	fold := make([]int, len(classes))
	for at, i := range order {
		fold[i] = at % folds
	}
	return fold
}
