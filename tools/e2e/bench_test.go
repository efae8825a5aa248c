package e2e_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"os/exec"
	"testing"
)

// TestBenchPrintsALineOfJSONForEachCase runs two measurements as a user does; how fast it is is not looked at.
func TestBenchPrintsALineOfJSONForEachCase(t *testing.T) {
	command := exec.Command(binary, "bench", "--demo", "../../deploy/demo", "--duration", "1s", "turn", "rpc")
	var table bytes.Buffer
	command.Stderr = &table
	lines, err := command.Output()
	if err != nil {
		t.Fatalf("%v\n%s", err, table.String())
	}
	cases := map[string]int{}
	for scanner := bufio.NewScanner(bytes.NewReader(lines)); scanner.Scan(); {
		var result struct {
			Bench, Case string
			PerS        float64 `json:"per_s"`
			P99         float64 `json:"p99_ms"`
		}
		if err := json.Unmarshal(scanner.Bytes(), &result); err != nil || result.PerS <= 0 || result.P99 <= 0 {
			t.Errorf("%s: %v", scanner.Text(), err)
		}
		cases[result.Bench]++
	}
	if cases["turn"] != 2 || cases["rpc"] != 2 {
		t.Errorf("results by measurement: %v", cases)
	}
}
