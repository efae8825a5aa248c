package understand_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// folder writes a tenant's files for English.
func folder(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "en"), 0o700); err != nil {
		t.Fatal(err)
	}
	for name, content := range files {
		if err := os.WriteFile(filepath.Join(dir, "en", name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

const outage = `intent: outage.report
description: Something does not work at all.
instead_of: [none.service]
examples: |
  # What the operators hear every day.
  my internet is down
  no internet since this morning
  I have no internet
  we have no connection at all
  is there an outage in Queens
  there is an outage in my street
  the tv shows no picture
  no signal on any channel
  nothing works here, tv and internet are dead
  everything went dark an hour ago
  wifi is gone
  when will the internet be back
`

func TestATenantAddsAnIntent(t *testing.T) {
	u, err := learnt("en", folder(t, map[string]string{"outage.yaml": outage}))
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]string{
		"we have no internet since last night": "outage.report",
		"is there an outage":                   "outage.report",
		"why is my bill so high":               "bill.why",
		"is it going to rain":                  "",
		"I want to change my plan":             "",
	} {
		if got := u.Understand(text); got.Intent != want {
			t.Errorf("Understand(%q) = %q, want %q", text, got.Intent, want)
		}
	}
}

func TestATenantAddsExamplesAndWordsAndItsSentenceWinsOverNone(t *testing.T) {
	u, err := learnt("en", folder(t, map[string]string{
		"outage.yaml": strings.Replace(outage, "instead_of: [none.service]\n", "", 1),
		"why.yaml":    "intent: bill.why\nexamples: [what is this Zorkmid surcharge, the zorkmid levy on my bill]\n",
		"words.yaml":  "replace: {rekening: bill}\nconcepts: {person: [concierge]}\n",
	}))
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]string{
		"explain the zorkmid levy":     "bill.why",
		"why is my rekening so high":   "bill.why",
		"let me talk to the concierge": "person",
		"my internet is down":          "outage.report",
	} {
		if got := u.Understand(text); got.Intent != want {
			t.Errorf("Understand(%q) = %q, want %q", text, got.Intent, want)
		}
	}
}

func TestABadFileIsAnErrorThatSaysWhere(t *testing.T) {
	for name, c := range map[string]struct {
		files map[string]string
		want  []string
	}{
		"a key that is not there": {
			map[string]string{"a.yaml": "intent: a.b\ndescription: x\nexample: [a]\n"}, []string{"en/a.yaml", "line 3", "example"},
		},
		"no name": {
			map[string]string{"a.yaml": "description: x\nexamples: [a]\n"}, []string{"en/a.yaml", `"" is no name`},
		},
		"a name with a space": {
			map[string]string{"a.yaml": "intent: My Intent\ndescription: x\nexamples: [a]\n"}, []string{"en/a.yaml", "is no name"},
		},
		"no description": {
			map[string]string{"a.yaml": strings.Replace(outage, "description: Something does not work at all.\n", "", 1)},
			[]string{"en/a.yaml", "description", "outage.report"},
		},
		"too few examples": {
			map[string]string{"a.yaml": "intent: a.b\ndescription: x\nexamples: [one, two]\n"}, []string{"en/a.yaml", "has 2", "5"},
		},
		"the same intent twice": {
			map[string]string{"a.yaml": outage, "b.yaml": outage}, []string{"en/b.yaml", "outage.report", "en/a.yaml"},
		},
		"a sentence that wants two things": {
			map[string]string{"a.yaml": outage + "  Why did my bill go up?\n"},
			[]string{"en/a.yaml:18", "Why did my bill go up?", "outage.report", "bill.why", "languages/en/intents/bill.why.yaml:"},
		},
		"an example that is no sentence": {
			map[string]string{"a.yaml": "intent: a.b\ndescription: x\nexamples:\n  - one\n  - two: three\n"},
			[]string{"en/a.yaml", "line 5", "quotes"},
		},
		"examples that are neither a list nor a block": {
			map[string]string{"a.yaml": "intent: a.b\ndescription: x\nexamples: one\n"}, []string{"en/a.yaml", "line 3", "list"},
		},
		"not YAML": {
			map[string]string{"a.yaml": "intent: [\n"}, []string{"en/a.yaml", "line"},
		},
		"a guard that does not compile": {
			map[string]string{"speech.yaml": "guards: [{name: broken, of: [agree], patterns: ['(']}]\n"},
			[]string{"en/speech.yaml", "broken"},
		},
		"instead of something that is wanted": {
			map[string]string{"a.yaml": strings.Replace(outage, "none.service", "bill.why", 1)}, []string{"en/a.yaml", "instead_of", "bill.why"},
		},
		"nothing": {nil, []string{"there is no .yaml file"}},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := learnt("en", folder(t, c.files))
			if err == nil {
				t.Fatal("it was accepted")
			}
			for _, want := range c.want {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("%v: does not say %s", err, want)
				}
			}
		})
	}
}

func TestTheIntentsThatAreShipped(t *testing.T) {
	const want = "agree bill.amount bill.lines bill.usual bill.why dispute.open dispute.status dispute.withdraw greeting person refuse thanks"
	if got := strings.Join(newEnglish(t).Intents(), " "); got != want {
		t.Errorf("Intents = %s, want %s", got, want)
	}
}
