package measure

import (
	"cmp"
	"slices"
	"strings"
	"time"
)

// Heard is what was understood of a text: the intent that matters most (empty for none), and all of them.
type Heard struct {
	Intent string
	All    []string
}

// Report is how well it went.
type Report struct {
	Rows, Right int
	// InScope texts have an intent; None have none.
	InScope, InScopeRight int
	None, NoneFound       int
	// NoneHeard counts the texts for which none was named.
	NoneHeard int
	// Intents by name, none included under its name.
	Intents    []Intent
	Confusions []Confusion
	// Time for all texts together.
	Time time.Duration
}

// Intent is how well one intent went.
type Intent struct {
	Name string
	// Wanted in so many texts, heard in so many, both in so many.
	Wanted, Heard, Right int
	// Invented counts the texts in which it was heard at all, as a lesser wish too, though it was not wanted.
	Invented int
}

// Confusion is one intent taken for another, with a text for which it was.
type Confusion struct {
	Wanted, Heard string
	Count         int
	Text          string
}

// Run has every row classified.
func Run(rows []Row, classify func(text string) Heard) *Report {
	var r Report
	r.Add(rows, classify)
	return &r
}

// Add more rows to the report, such as those of another fold.
func (r *Report) Add(rows []Row, classify func(text string) Heard) {
	for _, row := range rows {
		start := time.Now()
		heard := classify(row.Text)
		r.Time += time.Since(start)
		r.count(row, heard)
	}
	slices.SortFunc(r.Intents, func(a, b Intent) int { return cmp.Compare(a.Name, b.Name) })
	slices.SortStableFunc(r.Confusions, func(a, b Confusion) int { return cmp.Compare(b.Count, a.Count) })
}

func (r *Report) count(row Row, heard Heard) {
	wanted := row.Intents
	right := len(wanted) == 0 && heard.Intent == "" || covers(wanted, heard)
	r.Rows++
	if len(wanted) == 0 {
		r.None++
		wanted = []string{None}
	} else {
		r.InScope++
	}
	for _, name := range wanted {
		r.intent(name).Wanted++
	}
	said := saidOf(wanted, heard)
	for _, name := range said {
		i := r.intent(name)
		i.Heard++
		if slices.Contains(wanted, name) {
			i.Right++
		}
	}
	if heard.Intent == "" {
		r.NoneHeard++
	}
	for _, name := range heard.All {
		if !slices.ContainsFunc(wanted, func(w string) bool { return belongs(name, w) }) {
			r.intent(name).Invented++
		}
	}
	switch {
	case !right:
		r.confuse(wanted, strings.Join(said, " + "), row.Text)
		return
	case heard.Intent == "":
		r.NoneFound++
	default:
		r.InScopeRight++
	}
	r.Right++
}

// saidOf is what was heard, under the names by which it was wanted (`bill` for `bill.why`): where one intent was wanted,
// the one that matters; where several were, all.
func saidOf(wanted []string, heard Heard) []string {
	said := []string{cmp.Or(heard.Intent, None)}
	if len(wanted) > 1 && len(heard.All) > 0 {
		said = slices.Clone(heard.All)
	}
	for k, name := range said {
		if i := slices.IndexFunc(wanted, func(w string) bool { return belongs(name, w) }); i >= 0 {
			said[k] = wanted[i]
		}
	}
	slices.Sort(said)
	return slices.Compact(said)
}

// covers says whether what was wanted was heard: of one intent, as the one that matters; of several, each.
func covers(wanted []string, heard Heard) bool {
	if len(wanted) == 1 {
		return belongs(heard.Intent, wanted[0])
	}
	for _, name := range wanted {
		if !slices.ContainsFunc(heard.All, func(other string) bool { return belongs(other, name) }) {
			return false
		}
	}
	return len(wanted) > 0
}

// belongs says whether an intent is the one that was wanted, or of its family: `bill.why` is a `bill`.
func belongs(name, wanted string) bool {
	return name == wanted || strings.HasPrefix(name, wanted+".")
}

func (r *Report) intent(name string) *Intent {
	for i := range r.Intents {
		if r.Intents[i].Name == name {
			return &r.Intents[i]
		}
	}
	r.Intents = append(r.Intents, Intent{Name: name})
	return &r.Intents[len(r.Intents)-1]
}

func (r *Report) confuse(wanted []string, heard, text string) {
	want := strings.Join(wanted, " + ")
	for i := range r.Confusions {
		if c := &r.Confusions[i]; c.Wanted == want && c.Heard == heard {
			c.Count++
			return
		}
	}
	r.Confusions = append(r.Confusions, Confusion{Wanted: want, Heard: heard, Count: 1, Text: text})
}

// Accuracy is the share of all rows that is right.
func (r *Report) Accuracy() float64 { return share(r.Right, r.Rows) }

// InScopeAccuracy is the share of the rows with an intent that is right.
func (r *Report) InScopeAccuracy() float64 { return share(r.InScopeRight, r.InScope) }

// NoneRecall is the share of the rows without an intent for which none was named.
func (r *Report) NoneRecall() float64 { return share(r.NoneFound, r.None) }

// NonePrecision is the share of right ones among the rows for which none was named.
func (r *Report) NonePrecision() float64 { return share(r.NoneFound, r.NoneHeard) }

// MacroF1 is the mean of F1 over the intents that were wanted.
func (r *Report) MacroF1() float64 {
	sum, n := 0.0, 0
	for _, i := range r.Intents {
		if i.Wanted > 0 {
			sum += i.F1()
			n++
		}
	}
	return sum / float64(max(1, n))
}

// Precision is the share of right ones among the rows in which the intent was heard.
func (i Intent) Precision() float64 { return share(i.Right, i.Heard) }

// Recall is the share of the rows that want the intent in which it was heard.
func (i Intent) Recall() float64 { return share(i.Right, i.Wanted) }

// F1 is the harmonic mean of precision and recall.
func (i Intent) F1() float64 {
	if i.Right == 0 {
		return 0
	}
	return 2 * i.Precision() * i.Recall() / (i.Precision() + i.Recall())
}

// Each is the mean time for one text.
func (r *Report) Each() time.Duration { return r.Time / time.Duration(max(1, r.Rows)) }

func share(part, whole int) float64 {
	if whole == 0 {
		return 0
	}
	return float64(part) / float64(whole)
}
