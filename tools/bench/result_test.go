package bench

import (
	"strings"
	"testing"
	"time"
)

func TestAResultIsOneLineOfJSON(t *testing.T) {
	took := latencies{}
	for i := range 100 {
		took = append(took, time.Duration(100-i)*time.Millisecond)
	}
	r := Result{Bench: "turn", Case: "calm"}.of(took, 2*time.Second).beside("bare", 100).with("ms CPU/turn", 1.23456)
	var out strings.Builder
	if err := r.Print(&out); err != nil {
		t.Fatal(err)
	}
	want := `{"bench":"turn","case":"calm","per_s":50,"p50_ms":50,"p99_ms":99,"reference":"bare","reference_per_s":100,"ratio":0.5,` +
		`"figures":{"ms CPU/turn":1.235}}` + "\n"
	if out.String() != want {
		t.Errorf("printed\n%swant\n%s", out.String(), want)
	}
}

func TestTheCompanyOfTheMeasurementsIsTheDemosWithManyCustomers(t *testing.T) {
	dir := t.TempDir()
	config, err := writeCompany("../../deploy/demo", dir+"/company")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasSuffix(config, "parley.yaml") {
		t.Errorf("its configuration is %s", config)
	}
}

func TestEachCaseIsAResultBesideItsReference(t *testing.T) {
	var results []Result
	err := Run(t.Context(), "rpc", Config{Duration: 100 * time.Millisecond}, func(r Result) error {
		results = append(results, r)
		return nil
	})
	if err != nil || len(results) != 2 {
		t.Fatalf("%d results: %v", len(results), err)
	}
	for _, r := range results {
		if r.PerS <= 0 || r.P99 < r.P50 || r.Ratio <= 0 || r.Reference == "" {
			t.Errorf("%+v", r)
		}
	}
}
