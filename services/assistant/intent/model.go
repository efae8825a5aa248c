package intent

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Example is a sentence and what it wants.
type Example struct {
	Text, Intent string
}

// Options of the training. The zero value is fine.
type Options struct {
	// Seed of the order in which examples are looked at and dealt into folds.
	Seed uint64
	// None are the intents whose examples are none of the others; empty means DefaultNone.
	None []string
	// Certain are the intents that have to be heard without doubt, because something is done on them.
	Certain []string
	// Eager is how many percent of none may be missed in order to hear one percent more of the intents; 0 is 5.
	Eager float64
	// Lexicon of the language.
	Lexicon Lexicon
	// Calibration that was kept; it is not looked at unless it is of these examples and options. May be nil.
	Calibration *Calibration
}

// DefaultNone are names under which data sets keep what is none of their intents.
func DefaultNone() []string { return []string{"none", "oos", "out_of_scope"} }

// Result is what a text is taken to want.
type Result struct {
	// Intent is empty for none of the known ones.
	Intent string
	// Score from 0 to 1: the probability that this is right, if about half of all texts were none.
	Score float64
	// Alternatives are the next best, the likeliest first; at most three.
	Alternatives []Alternative
	// Evidence are the words that decided for Intent and against the next best, the weightiest first. When Intent is empty
	// they are what spoke for the first of the alternatives.
	Evidence []string
}

// Alternative is an intent that was not chosen.
type Alternative struct {
	Intent string
	Score  float64
}

// Model knows intents. It is safe for concurrent use.
type Model struct {
	// names of the intents, sorted; none is the class that has no name, or -1.
	names      []string
	none       int
	reader     *reader
	vectorizer *vectorizer
	// weights of all classes beside each other, feature by feature; the last row is the bias.
	weights     []float32
	calibration calibration
	certain     map[int]float64
	// of is the fingerprint of what the model was trained with.
	of string
	// taught are the examples as they are read, and their class; not those that two classes have.
	taught map[string]int
}

// ErrTooFew says that there is nothing to choose between.
var ErrTooFew = errors.New("fewer than two intents have an example with words")

// Train learns from examples.
func Train(examples []Example, o Options) (*Model, error) {
	m := &Model{reader: newReader(o.Lexicon), of: fingerprint(examples, o)}
	if len(o.None) == 0 {
		o.None = DefaultNone()
	}
	documents, classes := m.read(examples, o.None)
	if len(m.names) < 2 {
		return nil, fmt.Errorf("train on %d examples: %w", len(examples), ErrTooFew)
	}
	learner := learner{model: m, seed: o.Seed}
	m.vectorizer, m.weights = learner.learn(documents, classes)
	m.reader.learn(documents)
	m.taught = taught(documents, classes)
	if m.adopt(o.Calibration) {
		return m, nil
	}
	judged := folds
	if m.none < 0 && len(o.Certain) == 0 {
		judged = 1 // the sharpness alone needs no more
	}
	held := learner.heldOut(documents, classes, judged)
	m.calibration = calibrate(held, m.none, cmp.Or(o.Eager, defaultEager))
	m.certain = map[int]float64{}
	for _, name := range o.Certain {
		if class, ok := slices.BinarySearch(m.names, name); ok {
			m.certain[class] = m.calibration.certainty(held, class, m.none)
		}
	}
	return m, nil
}

// read the examples: their tokens and their classes, by name. Examples without a word are left out.
func (m *Model) read(examples []Example, none []string) (documents [][]token, classes []int) {
	const nameless = ""
	named := make([]string, 0, len(examples))
	for _, e := range examples {
		tokens := m.reader.tokens(e.Text)
		if len(tokens) == 0 {
			continue
		}
		name := e.Intent
		if slices.Contains(none, name) {
			name = nameless
		}
		documents, named = append(documents, tokens), append(named, name)
	}
	m.names = slices.Compact(slices.Sorted(slices.Values(named)))
	m.none = slices.Index(m.names, nameless)
	for _, name := range named {
		class, _ := slices.BinarySearch(m.names, name)
		classes = append(classes, class)
	}
	return documents, classes
}

func taught(documents [][]token, classes []int) map[string]int {
	all := make(map[string]int, len(documents))
	const twice = -1
	for i, tokens := range documents {
		text := joined(tokens)
		if class, ok := all[text]; ok && class != classes[i] {
			all[text] = twice
			continue
		}
		all[text] = classes[i]
	}
	maps.DeleteFunc(all, func(_ string, class int) bool { return class == twice })
	return all
}

// Intents that the model can tell apart, sorted; none is not one of them.
func (m *Model) Intents() []string {
	return slices.DeleteFunc(slices.Clone(m.names), func(name string) bool { return name == "" })
}

// Size says how much the model remembers: features, and bytes of memory for the weights and the features, about.
func (m *Model) Size() (features, bytes int) {
	const perFeature = 24 // an entry of the map, and its idf
	return len(m.vectorizer.ids), 4*len(m.weights) + perFeature*len(m.vectorizer.ids)
}

// Threshold below which the intent is not heard, for those that have to be certain; 0 for others.
func (m *Model) Threshold(name string) float64 {
	class, ok := slices.BinarySearch(m.names, name)
	if !ok {
		return 0
	}
	return m.certain[class]
}

// Classify says which intent the text has. A text that is an example has the intent that it was taught.
func (m *Model) Classify(text string) Result {
	tokens := m.reader.corrected(m.reader.tokens(text))
	occurrences := m.vectorizer.occurrences(nil, tokens)
	x, acquaintance := m.vectorizer.vector(occurrences)
	if acquaintance.known == 0 { // of nothing but unknown words even the machine knows only what their letters look like
		return Result{Score: 1}
	}
	margins := m.margins(x)
	judged := m.calibration.judge(margins, acquaintance, m.none)
	if class, ok := m.taught[joined(tokens)]; ok {
		judged.take(class, m.none)
	}
	result := Result{Evidence: m.evidence(text, tokens, occurrences, x, judged.best, judged.second)}
	choices := m.ranked(margins, judged)
	if judged.in <= m.calibration.threshold || choices[0].Score < m.certain[judged.best] {
		result.Score = 1 - choices[0].Score
		result.Alternatives = choices[:min(3, len(choices))]
		return result
	}
	result.Intent, result.Score = choices[0].Intent, choices[0].Score
	result.Alternatives = choices[1:min(4, len(choices))]
	return result
}

// Frequency of a word, as Words gives it, among all words of the examples.
func (m *Model) Frequency(word string) float64 { return m.reader.spelling.frequency(word) }

// Read is the text as the model reads it: lower case, replacements put in, mistyped words corrected, numbers as shapes.
func (m *Model) Read(text string) string { return joined(m.reader.corrected(m.reader.tokens(text))) }

func (m *Model) ranked(margins []float64, judged judgement) []Alternative {
	all := make([]Alternative, 0, len(margins))
	for class, p := range m.calibration.shares(margins, m.none) {
		switch {
		case class == m.none:
		case judged.taught && class == judged.best:
			all = append(all, Alternative{Intent: m.names[class], Score: 1})
		case judged.taught:
			all = append(all, Alternative{Intent: m.names[class]})
		default:
			all = append(all, Alternative{Intent: m.names[class], Score: p * judged.in})
		}
	}
	slices.SortStableFunc(all, func(a, b Alternative) int {
		switch {
		case a.Score > b.Score:
			return -1
		case a.Score < b.Score:
			return 1
		}
		return strings.Compare(a.Intent, b.Intent)
	})
	return all
}

// margins of every class.
func (m *Model) margins(x vector) []float64 {
	classes := len(m.names)
	sums := make([]float32, classes)
	copy(sums, m.weights[len(m.weights)-classes:])
	for k, feature := range x.index {
		row := m.weights[int(feature)*classes:][:classes]
		value := x.value[k]
		for class, w := range row {
			sums[class] += value * w
		}
	}
	margins := make([]float64, classes)
	for class, sum := range sums {
		margins[class] = float64(sum)
	}
	return margins
}
