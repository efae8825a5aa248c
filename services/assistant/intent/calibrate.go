package intent

import (
	"cmp"
	"math"
	"slices"
)

// held is an example as machines that never saw it judge it.
type held struct {
	class        int
	acquaintance acquaintance
	margins      []float64
}

// calibration turns margins into probabilities, and says below which of them nothing is heard.
type calibration struct {
	// sharpness of the softmax over margins.
	sharpness float64
	// weights of the signs that a text has one of the intents; nil when no example taught none.
	signs     []float64
	threshold float64
}

// judgement of one text.
type judgement struct {
	best, second int
	// in is the probability that the text has one of the intents.
	in float64
	// taught says that the text is an example of the best class.
	taught bool
}

// take the class that a text was taught to have.
func (j *judgement) take(class, none int) {
	if class == none {
		j.in = 0
		return
	}
	if class != j.best {
		j.best, j.second = class, j.best
	}
	j.in, j.taught = 1, true
}

func calibrate(all []held, none int, eager float64) calibration {
	c := calibration{sharpness: sharpness(all, none)}
	if none < 0 {
		return c
	}
	var signs [][]float64
	var in []bool
	for _, h := range all {
		best, second := leaders(h.margins, none)
		signs = append(signs, signsOf(h.margins, best, second, none, h.acquaintance))
		in = append(in, h.class != none)
	}
	c.signs = logistic(signs, in)
	c.threshold = c.balance(all, none, eager)
	return c
}

// leaders are the two best classes, none aside; second is -1 when there is one class only.
func leaders(margins []float64, none int) (best, second int) {
	best, second = -1, -1
	for class, margin := range margins {
		switch {
		case class == none:
		case best < 0 || margin > margins[best]:
			best, second = class, best
		case second < 0 || margin > margins[second]:
			second = class
		}
	}
	return best, second
}

func signsOf(margins []float64, best, second, none int, a acquaintance) []float64 {
	ahead := 2.0 // as far as it gets
	if second >= 0 {
		ahead = margins[best] - margins[second]
	}
	return []float64{1, margins[best], ahead, margins[none], a.known, a.ofIntent}
}

func (c calibration) judge(margins []float64, a acquaintance, none int) judgement {
	j := judgement{in: 1}
	j.best, j.second = leaders(margins, none)
	if c.signs != nil {
		j.in = sigmoid(inner(c.signs, signsOf(margins, j.best, j.second, none, a)))
	}
	return j
}

// shares of the classes, none aside; they sum to one.
func (c calibration) shares(margins []float64, none int) []float64 {
	best, _ := leaders(margins, none)
	shares := make([]float64, len(margins))
	sum := 0.0
	for class, margin := range margins {
		if class != none {
			shares[class] = math.Exp(c.sharpness * (margin - margins[best]))
			sum += shares[class]
		}
	}
	for class := range shares {
		shares[class] /= sum
	}
	return shares
}

// sharpness under which the held-out examples are likeliest.
func sharpness(all []held, none int) float64 {
	best, least := 1.0, math.Inf(1)
	for s := 1.0; s <= 16; s++ {
		loss := 0.0
		for _, h := range all {
			if h.class != none {
				loss -= math.Log(max(calibration{sharpness: s}.shares(h.margins, none)[h.class], 1e-12))
			}
		}
		if loss < least {
			best, least = s, loss
		}
	}
	return best
}

// defaultEager is Options.Eager when it is not set.
const defaultEager = 5

// balance finds the threshold that serves both best: the share of the intents' examples that is right, and the share of
// none's that is found.
func (c calibration) balance(all []held, none int, eager float64) float64 {
	type outcome struct {
		in          float64
		right, none bool
	}
	var outcomes []outcome
	ins, nones := 0, 0
	for _, h := range all {
		j := c.judge(h.margins, h.acquaintance, none)
		outcomes = append(outcomes, outcome{in: j.in, right: j.best == h.class, none: h.class == none})
		if h.class == none {
			nones++
		} else {
			ins++
		}
	}
	slices.SortStableFunc(outcomes, func(a, b outcome) int { return cmp.Compare(a.in, b.in) })
	threshold, best, gained := 0.0, 0.0, 0.0
	for i, o := range outcomes {
		switch {
		case o.none:
			gained += 1 / float64(nones)
		case o.right:
			gained -= eager / float64(ins)
		}
		if gained > best {
			best, threshold = gained, o.in
			if i+1 < len(outcomes) {
				threshold = (o.in + outcomes[i+1].in) / 2
			}
		}
	}
	return threshold
}

// certain is the share of right ones among what is heard of an intent that has to be certain.
const certain = 0.93

// certainty is the least score from which on so many of the held-out examples that are taken for the class are of it.
func (c calibration) certainty(all []held, class, none int) float64 {
	type outcome struct {
		score float64
		right bool
	}
	var outcomes []outcome
	for _, h := range all {
		if j := c.judge(h.margins, h.acquaintance, none); j.best == class {
			outcomes = append(outcomes, outcome{score: j.in * c.shares(h.margins, none)[class], right: h.class == class})
		}
	}
	slices.SortStableFunc(outcomes, func(a, b outcome) int { return cmp.Compare(b.score, a.score) })
	least, right := 1.0, 0
	for i, o := range outcomes {
		if o.right {
			right++
		}
		if float64(right) >= certain*float64(i+1) {
			least = o.score
		}
	}
	return least
}

// logistic regression by Newton's method, both outcomes weighing the same, with a little of a penalty so that there is
// an end when the outcomes can be told apart.
func logistic(x [][]float64, y []bool) []float64 {
	const steps, penalty = 12, 1e-4
	trues := 0
	for _, yes := range y {
		if yes {
			trues++
		}
	}
	w := make([]float64, len(x[0]))
	for range steps {
		gradient, hessian := make([]float64, len(w)), make([][]float64, len(w))
		for k := range w {
			gradient[k] = -penalty * w[k]
			hessian[k] = make([]float64, len(w))
			hessian[k][k] = penalty
		}
		for i, row := range x {
			target, weight := 0.0, 0.5/float64(max(1, len(x)-trues))
			if y[i] {
				target, weight = 1, 0.5/float64(max(1, trues))
			}
			p := sigmoid(inner(w, row))
			for k, value := range row {
				gradient[k] += weight * (target - p) * value
				for l, other := range row {
					hessian[k][l] += weight * p * (1 - p) * value * other
				}
			}
		}
		for k, by := range solve(hessian, gradient) {
			w[k] += by
		}
	}
	return w
}

// solve a·x = b for a positive definite a, by elimination. It uses a and b up.
func solve(a [][]float64, b []float64) []float64 {
	for k := range b {
		for i := k + 1; i < len(b); i++ {
			factor := a[i][k] / a[k][k]
			for j := k; j < len(b); j++ {
				a[i][j] -= factor * a[k][j]
			}
			b[i] -= factor * b[k]
		}
	}
	for k := len(b) - 1; k >= 0; k-- {
		for j := k + 1; j < len(b); j++ {
			b[k] -= a[k][j] * b[j]
		}
		b[k] /= a[k][k]
	}
	return b
}

func inner(a, b []float64) float64 {
	sum := 0.0
	for i := range a {
		sum += a[i] * b[i]
	}
	return sum
}

func sigmoid(z float64) float64 { return 1 / (1 + math.Exp(-z)) }
