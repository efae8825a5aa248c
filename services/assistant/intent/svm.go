package intent

import (
	"math"
	"math/rand/v2"
	"runtime"
	"sync"
	"sync/atomic"
)

// svm is the linear machine: one class against the rest, L2-regularised squared hinge loss, solved in the dual by
// coordinate descent with shrinking (Hsieh, Chang, Lin, Keerthi and Sundararajan, "A Dual Coordinate Descent Method for
// Large-scale Linear SVM", ICML 2008; the names are the paper's).
type svm struct {
	cost      float64
	tolerance float64
	rounds    int
	seed      uint64
}

// fit trains a weight vector for each class, all processors at once; the last weight is the bias.
func (s svm) fit(x []vector, classOf []int, classes, features int) [][]float32 {
	weights := make([][]float32, classes)
	squares, boosts := squares(x), boosts(classOf, classes)
	var taken atomic.Int64
	var group sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), classes) {
		group.Go(func() {
			for class := int(taken.Add(1)) - 1; class < classes; class = int(taken.Add(1)) - 1 {
				weights[class] = s.separate(x, squares, classOf, class, features, boosts[class])
			}
		})
	}
	group.Wait()
	return weights
}

// separation of one class from the rest, while it is being found.
type separation struct {
	x     []vector
	sign  []float32
	w     []float32
	alpha []float64
	// square of each example, and diagonal: what the loss adds to it, by the example's sign.
	square   []float64
	diagonal [2]float64
	// active examples; those that lie far on the right side are dropped.
	active []int
}

// squares of the examples, with the bias.
func squares(x []vector) []float64 {
	all := make([]float64, len(x))
	for i := range x {
		all[i] = 1
		for _, v := range x[i].value {
			all[i] += float64(v) * float64(v)
		}
	}
	return all
}

func (s svm) separate(x []vector, squares []float64, classOf []int, class, features int, boost float64) []float32 {
	random := rand.New(rand.NewPCG(s.seed, uint64(class)))
	p := newSeparation(x, squares, classOf, class, features)
	p.diagonal = [2]float64{1 / (2 * s.cost), 1 / (2 * s.cost * boost)}
	ceiling := math.Inf(1)
	for range s.rounds {
		random.Shuffle(len(p.active), func(i, j int) { p.active[i], p.active[j] = p.active[j], p.active[i] })
		most, least := p.round(ceiling)
		// The paper looks at the dropped ones once more; on text that doubles the time and changes nothing.
		if most-least <= s.tolerance {
			break
		}
		if ceiling = most; ceiling <= 0 {
			ceiling = math.Inf(1)
		}
	}
	return p.w
}

func newSeparation(x []vector, squares []float64, classOf []int, class, features int) *separation {
	p := &separation{
		x: x, square: squares, w: make([]float32, features+1), alpha: make([]float64, len(x)),
		sign: make([]float32, len(x)), active: make([]int, len(x)),
	}
	for i := range x {
		p.active[i] = i
		p.sign[i] = -1
		if classOf[i] == class {
			p.sign[i] = 1
		}
	}
	return p
}

// boosts are how much more an example of each class costs on the wrong side: as much more as the class is smaller than the
// mean, to a bound. An intent of ten sentences is heard beside one of a thousand.
func boosts(classOf []int, classes int) []float64 {
	all := make([]float64, classes)
	for _, class := range classOf {
		all[class]++
	}
	mean := float64(len(classOf)) / float64(classes)
	for class, size := range all {
		all[class] = min(mean/max(size, 1), mostBoost)
	}
	return all
}

const mostBoost = 20

// round looks at every active example once and says between what the projected gradients lay. It and the two loops that
// follow are nearly all the time of a training, and run in one goroutine on its own weights: the race detector would make
// them ten times slower and find nothing.
//
//go:norace
func (p *separation) round(ceiling float64) (most, least float64) {
	most, least = math.Inf(-1), math.Inf(1)
	for k := 0; k < len(p.active); k++ {
		i := p.active[k]
		diagonal := p.diagonal[0]
		if p.sign[i] > 0 {
			diagonal = p.diagonal[1]
		}
		gradient := float64(p.sign[i]*dot(p.w, p.x[i])) - 1 + diagonal*p.alpha[i]
		projected := gradient
		if p.alpha[i] == 0 {
			if gradient > ceiling {
				p.drop(k)
				k--
				continue
			}
			projected = min(gradient, 0)
		}
		most, least = max(most, projected), min(least, projected)
		if projected != 0 {
			before := p.alpha[i]
			p.alpha[i] = max(before-gradient/(p.square[i]+diagonal), 0)
			add(p.w, p.x[i], p.sign[i]*float32(p.alpha[i]-before))
		}
	}
	return most, least
}

func (p *separation) drop(k int) {
	last := len(p.active) - 1
	p.active[k] = p.active[last]
	p.active = p.active[:last]
}

// dot is w·x with the bias.
//
//go:norace
func dot(w []float32, x vector) float32 {
	sum := w[len(w)-1]
	value := x.value[:len(x.index)]
	for k, i := range x.index {
		sum += w[i] * value[k]
	}
	return sum
}

//go:norace
func add(w []float32, x vector, by float32) {
	w[len(w)-1] += by
	value := x.value[:len(x.index)]
	for k, i := range x.index {
		w[i] += by * value[k]
	}
}
