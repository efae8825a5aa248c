package tongue

import (
	"maps"
	"slices"
)

// Fact is the language in which a conversation is held.
type Fact struct {
	// Code by ISO 639-1; empty when nothing is known yet.
	Code string
	// Asked says that the customer asked for it. Then nothing changes it but that they ask for another one.
	Asked bool
	// Evidence for each language, from what was written lately.
	Evidence map[string]float64
}

const (
	// prior evidence of a locale: less than what one clear sentence weighs.
	prior = 0.6
	// fading is what is left of earlier evidence at every message, and most what there can be of it.
	fading = 0.5
	most   = 2.0
	// margin by which another language has to be ahead.
	margin = 0.2
)

// believe is the fact that the customer may be expected to speak the language.
func believe(code string) Fact { return Fact{Code: code, Evidence: map[string]float64{code: prior}} }

// with a message more: how likely it is of which language, and how much that weighs.
func (f Fact) with(heard map[string]float64, weight float64) Fact {
	evidence := map[string]float64{}
	for code, e := range f.Evidence {
		evidence[code] = e * fading
	}
	for code, p := range heard {
		evidence[code] = min(evidence[code]+weight*p, most)
	}
	f.Evidence = evidence
	for _, code := range slices.Sorted(maps.Keys(evidence)) {
		if evidence[code] > evidence[f.Code]+margin {
			f.Code = code
		}
	}
	return f
}
