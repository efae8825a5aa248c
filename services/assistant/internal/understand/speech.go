package understand

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"github.com/parleyhq/parley/services/assistant/internal/understand/pattern"
)

// speech is speech.yaml: how people go on to another thing, how they report what others say, and in which ways of
// speaking an intent is not a wish.
type speech struct {
	// Turns begin another clause.
	Turns []string `yaml:"turns"`
	// Weak words agree to nothing when something else follows: "ok, and why is it so high?"
	Weak []string `yaml:"weak"`
	// Contrary words take back an agreement that stands before them.
	Contrary []string `yaml:"contrary"`
	// Says are verbs of saying, as alternatives of a pattern.
	Says string `yaml:"says"`
	// Words stand for {name} in the patterns of the guards.
	Words  map[string]string `yaml:"words"`
	Guards []guard           `yaml:"guards"`
}

// guard is a way of speaking in which an intent is not a wish.
type guard struct {
	// Name is what people are told: "supposed".
	Name string `yaml:"name"`
	// Of are the intents that are held back.
	Of []string `yaml:"of"`
	// Instead is what is wanted in their place; empty for nothing.
	Instead string `yaml:"instead"`
	// Clause says to look at the clause itself, not at the sentence that it stands in.
	Clause bool `yaml:"clause"`
	// Missing says that the intent is held back when no pattern is found.
	Missing bool `yaml:"missing"`
	// Patterns over the words, without apostrophes ("dont").
	Patterns []string `yaml:"patterns"`

	compiled pattern.Any
}

func (c *catalogue) addSpeech(raw []byte) error {
	var s speech
	if err := decode(raw, &s); err != nil {
		return err
	}
	for _, turn := range s.Turns {
		c.addTurn(words(turn))
	}
	for _, word := range s.Weak {
		c.weak[word] = true
	}
	for _, word := range s.Contrary {
		c.contrary[word] = true
	}
	if err := c.addSays(s.Says); err != nil {
		return fmt.Errorf("says: %w", err)
	}
	var fill []string
	for name, alternatives := range s.Words {
		fill = append(fill, "{"+name+"}", "(?:"+alternatives+")")
	}
	filled := strings.NewReplacer(fill...)
	for _, g := range s.Guards {
		for _, expression := range g.Patterns {
			p, err := pattern.Compile(`\b(?:` + filled.Replace(expression) + `)\b`)
			if err != nil {
				return fmt.Errorf("guard %q: %w", g.Name, err)
			}
			g.compiled = append(g.compiled, p)
		}
		c.guards = append(c.guards, g)
	}
	return nil
}

func (c *catalogue) addTurn(words []string) {
	for n := 1; n < len(words); n++ {
		begun := strings.Join(words[:n], " ")
		if _, known := c.turns[begun]; !known {
			c.turns[begun] = false
		}
	}
	c.turns[strings.Join(words, " ")] = true
}

func (c *catalogue) addSays(says string) error {
	if says == "" {
		return nil
	}
	var err error
	if c.reported, err = pattern.Compile(`(?i)\b(?:` + says + `)\b[^.!?\n]*$`); err != nil {
		return err
	}
	c.announces, err = pattern.Compile(`(?i)\b(?:` + says + `)(?: (?:me|us|him|her|them|you))?[ \t]*:`)
	return err
}

// guarded finds what speaks against hearing the intent in a segment: the guard, and the words. Guards look at the words as
// they stand there and as the model reads them, so that a typo gets past none.
func (u *Understander) guarded(name string, s segment) (g *guard, because string) {
	var sentence, clause pattern.Text
	looked := false
	for i := range u.guards {
		g := &u.guards[i]
		if !slices.Contains(g.Of, name) {
			continue
		}
		if !looked {
			sentence, clause, looked = pattern.On(u.spoken(s.sentence)), pattern.On(u.spoken(s.text)), true
		}
		where := sentence
		if g.Clause {
			where = clause
		}
		because = g.compiled.FindString(where)
		switch {
		case g.Missing && because == "" && strings.ContainsFunc(s.text, unicode.IsLetter): // a thumb up has no words to miss
			return g, s.text
		case !g.Missing && because != "":
			return g, because
		}
	}
	return nil, ""
}

// spoken are the words of a text twice, as they stand there and as the model reads them. Signs between clauses stay, as a
// comma: no pattern of words reaches over one unless it says so.
func (u *Understander) spoken(text string) string {
	var plain, read []string
	for _, part := range strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(".,;:!?…()\n", r) }) {
		plain = append(plain, strings.Join(words(part), " "))
		read = append(read, u.model.Read(part))
	}
	return strings.Join(plain, " , ") + " / " + strings.Join(read, " , ")
}
