package demo

import (
	"os"
	"strings"
	"testing"
	"testing/fstest"
)

// folder is Aurora's with one replacement in one file.
func folder(t *testing.T, file, old, with string) fstest.MapFS {
	t.Helper()
	out := fstest.MapFS{}
	for _, name := range []string{customersFile, plansFile, invoicesFile, staffFile} {
		content, err := os.ReadFile("../../deploy/demo/" + name)
		if err != nil {
			t.Fatal(err)
		}
		text := string(content)
		if name == file {
			if !strings.Contains(text, old) {
				t.Fatalf("%s has no %q", file, old)
			}
			text = strings.Replace(text, old, with, 1)
		}
		out[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return out
}

func TestLoadSaysWhatIsWrongAndWhere(t *testing.T) {
	for _, tt := range []struct {
		name, file, old, with string
		says                  []string
	}{
		{"unknown key", customersFile, "name: Daniel Reyes", "fullname: Daniel Reyes", []string{customersFile, "line 5", "fullname"}},
		{"phone taken", customersFile, "+12125550102", "+12125550101", []string{customersFile, "AUR-0002", "phone"}},
		{"phone without country", customersFile, "+12125550101", "2125550101", []string{customersFile, "AUR-0001", "phone"}},
		{"reference taken", customersFile, "AUR-0002", "AUR-0001", []string{customersFile, "AUR-0001", "reference"}},
		{"plan that is none", customersFile, "plan: giga", "plan: tera", []string{customersFile, "AUR-0003", "tera"}},
		{"amount as a rough number", plansFile, "monthly: 34.90", "monthly: 34.9", []string{plansFile, "line 4", "34.9"}},
		{"plan of a product without a monthly price", plansFile, "[tv-plus]", "[calls]", []string{plansFile, "tv-only", "calls"}},
		{"month in the future", invoicesFile, "when: 0, product: ppv-bundle", "when: 1, product: ppv-bundle", []string{invoicesFile, "line 24", `"1"`}},
		{"month without a bill", invoicesFile, "when: -5, product: activation", "when: -6, product: activation", []string{invoicesFile, "AUR-0017", "-6"}},
		{"usage for fewer months", invoicesFile, "18.40, 20.00]", "18.40]", []string{invoicesFile, "AUR-0001", "calls"}},
		{"product without a price or an amount", invoicesFile, "product: outage-credit, amount: -15.00", "product: outage-credit", []string{invoicesFile, "AUR-0004", "amount"}},
		{"customer twice", invoicesFile, "customer: AUR-0002", "customer: AUR-0001", []string{invoicesFile, "AUR-0001", "twice"}},
		{"zone that is none", invoicesFile, "America/New_York", "America/Aurora", []string{invoicesFile, "time_zone"}},
		{"agent twice", staffFile, "sms: 3, email: 5}}\n  - {name: agent-luis", "sms: 3, email: 5}}\n  - {name: agent-ana", []string{staffFile, "agent-ana"}},
		{"queue that nobody can work in", staffFile, "queues:\n  - {name: billing, skills: [billing]}", "queues:\n  - {name: billing, skills: [law]}", []string{staffFile, "billing"}},
		{"second document", plansFile, "plans:\n", "---\nplans:\n", []string{plansFile, "more than one document"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := Load(folder(t, tt.file, tt.old, tt.with))
			if err == nil {
				t.Fatal("it was loaded")
			}
			for _, part := range tt.says {
				if !strings.Contains(err.Error(), part) {
					t.Errorf("%q does not say %q", err, part)
				}
			}
		})
	}
}

func TestMoneyOfNegativeCents(t *testing.T) {
	got := Cents(-1550).Money("USD")
	if got.GetUnits() != -15 || got.GetNanos() != -500_000_000 {
		t.Errorf("%v: units and nanos must have the same sign", got)
	}
}
