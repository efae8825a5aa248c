package understand

import (
	"flag"
	"math"
	"os"
	"path/filepath"
	"testing"

	"github.com/parleyhq/parley/services/assistant/intent"
	"github.com/parleyhq/parley/services/assistant/languages"
	"go.yaml.in/yaml/v3"
)

var renew = flag.Bool("renew", false, "write what is kept of the examples anew: make calibrate")

// TestWhatIsKeptIsOfTheseExamples calibrates each language anew, and compares.
func TestWhatIsKeptIsOfTheseExamples(t *testing.T) {
	set, err := languages.Load("")
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range set.All() {
		t.Run(l.Code, func(t *testing.T) {
			kept, err := l.Calibration()
			if err != nil {
				t.Fatal(err)
			}
			now := calibrated(t, l)
			if *renew {
				write(t, l.Code, now)
				return
			}
			if kept == nil || !alike(*kept, now) {
				t.Errorf("kept is %+v, it is %+v: run make calibrate", kept, now)
			}
		})
	}
}

func calibrated(t *testing.T, l *languages.Language) intent.Calibration {
	t.Helper()
	c, err := read(Config{Language: l})
	if err != nil {
		t.Fatal(err)
	}
	model, err := c.learn(nil)
	if err != nil {
		t.Fatal(err)
	}
	return model.Calibration()
}

func write(t *testing.T, code string, c intent.Calibration) {
	t.Helper()
	raw, err := yaml.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	const why = "# What held-out examples said of the model, kept so that the start need not find it out again. Written by `make calibrate`.\n"
	file := filepath.Join("../../languages", code, languages.CalibrationFile)
	if err := os.WriteFile(file, append([]byte(why), raw...), 0o600); err != nil {
		t.Fatal(err)
	}
}

// alike but for the last digits, which another kind of processor rounds otherwise.
func alike(a, b intent.Calibration) bool {
	same := func(x, y float64) bool { return math.Abs(x-y) <= 1e-6*(1+math.Abs(x)) }
	equal := a.Of == b.Of && same(a.Sharpness, b.Sharpness) && same(a.Threshold, b.Threshold) &&
		len(a.Signs) == len(b.Signs) && len(a.Certain) == len(b.Certain)
	for i := range min(len(a.Signs), len(b.Signs)) {
		equal = equal && same(a.Signs[i], b.Signs[i])
	}
	for name, score := range a.Certain {
		equal = equal && same(score, b.Certain[name])
	}
	return equal
}
