package bench

import (
	"encoding/json"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
	"time"
)

// Result is one measured case, one line of JSON.
type Result struct {
	Bench string  `json:"bench"`
	Case  string  `json:"case"`
	PerS  float64 `json:"per_s"`
	P50   float64 `json:"p50_ms"`
	P99   float64 `json:"p99_ms"`
	// Reference is what it stands beside, in the same run; Ratio is PerS / ReferencePerS unless the case says otherwise.
	Reference     string  `json:"reference,omitempty"`
	ReferencePerS float64 `json:"reference_per_s,omitempty"`
	Ratio         float64 `json:"ratio,omitempty"`
	// Figures are what else was counted; the name ends with the unit.
	Figures map[string]float64 `json:"figures,omitempty"`
}

// latencies of the events of one case.
type latencies []time.Duration

// percentile of the sorted latencies, in milliseconds.
func (l latencies) percentile(p float64) float64 {
	if len(l) == 0 {
		return 0
	}
	at := int(math.Ceil(p/100*float64(len(l)))) - 1
	return milliseconds(l[max(at, 0)])
}

func milliseconds(d time.Duration) float64 { return round(float64(d) / float64(time.Millisecond)) }

// round to four digits that count: more would claim what was not measured.
func round(x float64) float64 {
	if x == 0 || math.IsInf(x, 0) || math.IsNaN(x) {
		return 0
	}
	scale := math.Pow(10, 3-math.Floor(math.Log10(math.Abs(x))))
	return math.Round(x*scale) / scale
}

// of fills in rate and latencies.
func (r Result) of(took latencies, within time.Duration) Result {
	slices.Sort(took)
	r.PerS = round(float64(len(took)) / within.Seconds())
	r.P50, r.P99 = took.percentile(50), took.percentile(99)
	return r
}

// ofMiddle fills in, of each, what the middle round has.
func (r Result) ofMiddle(rounds []measured) Result {
	var perS, p50, p99 []float64
	for _, m := range rounds {
		of := Result{}.of(m.took, m.within)
		perS, p50, p99 = append(perS, of.PerS), append(p50, of.P50), append(p99, of.P99)
	}
	r.PerS, r.P50, r.P99 = middle(perS), middle(p50), middle(p99)
	return r
}

func middle(of []float64) float64 {
	slices.Sort(of)
	return of[len(of)/2]
}

// beside compares with the rate of a reference.
func (r Result) beside(name string, perS float64) Result {
	r.Reference, r.ReferencePerS, r.Ratio = name, round(perS), round(r.PerS/perS)
	return r
}

func (r Result) with(name string, value float64) Result {
	if math.IsNaN(value) || math.IsInf(value, 0) {
		return r // nothing was counted
	}
	figures := map[string]float64{name: round(value)}
	for k, v := range r.Figures {
		figures[k] = v
	}
	r.Figures = figures
	return r
}

// Print writes the result as a line of JSON.
func (r Result) Print(w io.Writer) error { return json.NewEncoder(w).Encode(r) }

func table(w io.Writer, results []Result) error {
	var b strings.Builder
	b.WriteString("| case | per s | p50 ms | p99 ms | beside | per s | ratio | |\n")
	b.WriteString("|---|---:|---:|---:|---|---:|---:|---|\n")
	for _, r := range results {
		var more []string
		for name, value := range r.Figures {
			more = append(more, fmt.Sprintf("%.6g %s", value, name))
		}
		slices.Sort(more)
		fmt.Fprintf(&b, "| %s | %s | %s | %s | %s | %s | %s | %s |\n", r.Case, number(r.PerS), number(r.P50), number(r.P99),
			r.Reference, number(r.ReferencePerS), number(r.Ratio), strings.Join(more, ", "))
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func number(x float64) string {
	if x == 0 {
		return ""
	}
	return fmt.Sprintf("%.6g", x)
}
