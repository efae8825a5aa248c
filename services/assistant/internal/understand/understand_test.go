package understand_test

import (
	"strings"
	"testing"

	"github.com/parleyhq/parley/services/assistant/internal/understand"
)

func TestEnglish(t *testing.T) {
	rules, err := understand.English()
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]string{
		"Why is my bill so high this month?":        "bill.why",
		"why's my bill so HIGH":                     "bill.why",
		"My invoice went up, what happened":         "bill.why",
		"you charged me too much":                   "bill.why",
		"How come I'm paying more than last month?": "bill.why",
		"and how much is usual for me?":             "bill.usual",
		"What do I usually pay?":                    "bill.usual",
		"what's my average bill":                    "bill.usual",
		"What's on my bill?":                        "bill.lines",
		"can I get a breakdown of the charges":      "bill.lines",
		"what am I paying for":                      "bill.lines",
		"How much is my bill?":                      "bill.amount",
		"how much do I owe":                         "bill.amount",
		"yes":                                       "agree",
		"Yes please, dispute it!":                   "agree",
		"yeah go ahead":                             "agree",
		"ok do it then":                             "agree",
		"no":                                        "refuse",
		"No, don't dispute it":                      "refuse",
		"no thanks, leave it":                       "refuse",
		"not now":                                   "refuse",
		"Hi!":                                       "greeting",
		"thank you":                                 "thanks",
		"yes but my internet is slow":               "",
		"I have no internet since yesterday":        "",
		"cancel my subscription":                    "",
		"My neighbour said: yes, they dispute everything": "",
		"I want to talk to a person":                      "",
		"":                                                "",
		"👍":                                               "",
		"no me llega la señal":                            "",
		"is the usual technician coming on Monday":           "",
		"normally I would not write but the router is smoky": "",
	} {
		t.Run(text, func(t *testing.T) {
			if got := rules.Understand(text); got.Intent != want {
				t.Errorf("Understand(%q) = %q because of %q, want %q", text, got.Intent, got.Evidence, want)
			}
		})
	}
}

func TestParseRefusesWhatCannotHold(t *testing.T) {
	for name, c := range map[string]struct{ yaml, want string }{
		"a concept that is not there":      {"rules: [{intent: x, all: [nowhere]}]", `no concept "nowhere"`},
		"a rule without words":             {"rules: [{intent: x}]", "without words"},
		"a file that is not YAML":          {"rules: [", "read intents"},
		"an exclusion that is not there":   {"concepts: {a: [b]}\nrules: [{intent: x, all: [a], none: [c]}]", `no concept "c"`},
		"a concept without a single word":  {"concepts: {a: []}\nrules: [{intent: x, all: [a]}]", `no concept "a"`},
		"rules that are not a list at all": {"rules: 7", "read intents"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := understand.Parse([]byte(c.yaml))
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("Parse = %v, want an error that says %s", err, c.want)
			}
		})
	}
}

func FuzzUnderstand(f *testing.F) {
	rules, err := understand.English()
	if err != nil {
		f.Fatal(err)
	}
	f.Add("Why is my bill so high this month?")
	f.Add("\x00\xff \u200b I'm’")
	f.Fuzz(func(t *testing.T, text string) {
		first, again := rules.Understand(text), rules.Understand(text)
		if first.Intent != again.Intent || first.Score != again.Score {
			t.Errorf("the same text gave %v, then %v", first, again)
		}
		if first.Score < 0 || first.Score > 1 {
			t.Errorf("score %v is not between 0 and 1", first.Score)
		}
	})
}
