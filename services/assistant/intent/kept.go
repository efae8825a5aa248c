package intent

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
)

// Calibration is what held-out examples said of a model. It is most of the work of learning, and a handful of numbers: whoever
// keeps it beside the examples spares the work until they change.
type Calibration struct {
	// Of says of which examples and options it is.
	Of        string    `yaml:"of"`
	Sharpness float64   `yaml:"sharpness"`
	Signs     []float64 `yaml:"signs,flow"`
	Threshold float64   `yaml:"threshold"`
	// Certain are the least scores of the intents that have to be heard without doubt.
	Certain map[string]float64 `yaml:"certain"`
}

// edition changes with whatever changes what is learnt from the same examples.
const edition = 1

// fingerprint of all that a calibration depends on.
func fingerprint(examples []Example, o Options) string {
	o.Calibration = nil
	h := sha256.New()
	_ = json.NewEncoder(h).Encode([]any{edition, examples, o}) // strings and numbers: it cannot fail
	return hex.EncodeToString(h.Sum(nil)[:16])
}

// Calibration of the model, to be kept.
func (m *Model) Calibration() Calibration {
	c := Calibration{
		Of: m.of, Sharpness: m.calibration.sharpness, Signs: m.calibration.signs, Threshold: m.calibration.threshold,
		Certain: map[string]float64{},
	}
	for class, score := range m.certain {
		c.Certain[m.names[class]] = score
	}
	return c
}

// adopt what was kept, if it is of this model.
func (m *Model) adopt(c *Calibration) bool {
	if c == nil || c.Of != m.of {
		return false
	}
	m.calibration = calibration{sharpness: c.Sharpness, signs: c.Signs, threshold: c.Threshold}
	m.certain = map[int]float64{}
	for class, name := range m.names {
		if score, ok := c.Certain[name]; ok {
			m.certain[class] = score
		}
	}
	return true
}
