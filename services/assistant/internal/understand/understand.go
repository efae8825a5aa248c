package understand

import (
	"embed"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"unicode"

	"go.yaml.in/yaml/v3"
)

//go:embed intents/*.yaml
var builtin embed.FS

// Rules recognise intents in one language.
type Rules struct {
	concepts map[string][]string
	rules    []rule
}

// rule holds when the text has a word of every concept, and, if it is whole, no other word than those and fillers.
type rule struct {
	Intent string   `yaml:"intent"`
	All    []string `yaml:"all"`
	None   []string `yaml:"none"`
	// Whole rules are for short answers: every word must belong to a concept of the rule or to `filler`.
	Whole bool `yaml:"whole"`
}

type file struct {
	Concepts map[string][]string `yaml:"concepts"`
	Rules    []rule              `yaml:"rules"`
}

// filler is the concept of words that say nothing by themselves.
const filler = "filler"

// English are the rules for English.
func English() (*Rules, error) {
	raw, err := fs.ReadFile(builtin, "intents/en.yaml")
	if err != nil {
		return nil, err
	}
	return Parse(raw)
}

// Parse reads rules, and refuses one that names a concept that is not there.
func Parse(raw []byte) (*Rules, error) {
	var f file
	if err := yaml.Unmarshal(raw, &f); err != nil {
		return nil, fmt.Errorf("read intents: %w", err)
	}
	for _, r := range f.Rules {
		if len(r.All) == 0 {
			return nil, fmt.Errorf("intent %s: a rule without words would hold for everything", r.Intent)
		}
		for _, name := range slices.Concat(r.All, r.None) {
			if len(f.Concepts[name]) == 0 {
				return nil, fmt.Errorf("intent %s: no concept %q", r.Intent, name)
			}
		}
	}
	return &Rules{concepts: f.Concepts, rules: f.Rules}, nil
}

// Understand finds the most specific rule that holds; among equals the first.
func (u *Rules) Understand(text string) Result {
	words := " " + strings.Join(Words(text), " ") + " "
	var best Result
	specific := 0
	for _, r := range u.rules {
		evidence, ok := u.holds(r, words)
		if ok && len(r.All) > specific {
			specific = len(r.All)
			score := 1 - 1/float64(1+2*specific)
			best = Result{Intent: r.Intent, Score: score, Evidence: evidence}
			best.Wishes = []Wish{{Intent: r.Intent, Score: score, Text: text, Evidence: evidence}}
		}
	}
	return best
}

func (u *Rules) holds(r rule, words string) (evidence []string, ok bool) {
	for _, concept := range r.All {
		found := u.find(concept, words)
		if found == "" {
			return nil, false
		}
		evidence = append(evidence, found)
	}
	for _, concept := range r.None {
		if u.find(concept, words) != "" {
			return nil, false
		}
	}
	if r.Whole && !u.onlyOf(slices.Concat(r.All, []string{filler}), words) {
		return nil, false
	}
	return evidence, true
}

// find is the first phrase of the concept that stands in the words, on word boundaries.
func (u *Rules) find(concept, words string) string {
	for _, phrase := range u.concepts[concept] {
		if strings.Contains(words, " "+phrase+" ") {
			return phrase
		}
	}
	return ""
}

func (u *Rules) onlyOf(concepts []string, words string) bool {
	for _, concept := range concepts {
		// The longest first, so that "not now" is not broken by "not".
		phrases := slices.SortedFunc(slices.Values(u.concepts[concept]), func(a, b string) int { return len(b) - len(a) })
		for _, phrase := range phrases {
			for strings.Contains(words, " "+phrase+" ") {
				words = strings.Replace(words, " "+phrase+" ", " ", 1)
			}
		}
	}
	return strings.TrimSpace(words) == ""
}

// Words are the text's words in lower case; an apostrophe belongs to its word and is dropped ("don't" is "dont").
func Words(text string) []string {
	text = strings.Map(func(r rune) rune {
		switch {
		case r == '\'' || r == '’':
			return -1
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			return unicode.ToLower(r)
		default:
			return ' '
		}
	}, text)
	return strings.Fields(text)
}
