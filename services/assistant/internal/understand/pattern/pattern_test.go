package pattern

import (
	"regexp"
	"slices"
	"testing"
)

var expressions = []string{
	`(?i)\b(january|may|sept)\.?[ \t]+(\d{1,2})(?:st|nd)?\b`, `(?i)\b(?:kilo|straße)\b`, `[A-Z]{2,5}-\d+`, `(?mi)^[ \t]*(?:>|re[ \t]*:)[^\n]*$`,
	`\b(?:dont|do not) (?:\w+ ){0,3}(?:dispute|contest)\b`, `a*|b`, `(?:x|)y?`, `(?:ab|cd){2}`, `[$€]\d`, `\w+nt`, `^$`,
}

func TestPiecesOfAnExpression(t *testing.T) {
	for expression, want := range map[string][]string{
		`\byesterday\b`:                     {"YESTERDAY"},
		`(?i)(\d{1,2})[ \t]+(of[ \t]+)?may`: {"MAY"},
		`[a-z]+[ \t]*:`:                     {":"},
		`(?:one|two)*`:                      nil,
		`(?:one|\w+)`:                       nil,
		`(?:one|two)+ \w+`:                  {"ONE", "TWO"},
		`[ab]`:                              {"A", "B"},
		`(?i)k`:                             {"K"},
	} {
		if got := MustCompile(expression).pieces; !slices.Equal(got, want) {
			t.Errorf("%s: got %q, want %q", expression, got, want)
		}
	}
}

// Whatever the text, a pattern finds what its expression finds.
func FuzzPattern(f *testing.F) {
	for _, text := range []string{
		"", "on March 3, may 4th", "ſept 2nd, KILO", "STRASSE straße STRAẞE", "> Re: AUR-12", "I do not want to dispute it", "abcd $5 didnt", "\xff$\xfe1",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		on, all := On(text), Any{}
		for _, expression := range expressions {
			p, plain := MustCompile(expression), regexp.MustCompile(expression)
			all = append(all, p)
			if got, want := p.FindStringIndex(on), plain.FindStringIndex(text); !slices.Equal(got, want) {
				t.Errorf("%s in %q: got %v, want %v", expression, text, got, want)
			}
			if got, want := p.MatchString(on), plain.MatchString(text); got != want {
				t.Errorf("%s in %q: got %v, want %v", expression, text, got, want)
			}
			if got, want := p.FindAllStringSubmatchIndex(on), plain.FindAllStringSubmatchIndex(text, -1); !slices.EqualFunc(got, want, slices.Equal) {
				t.Errorf("%s in %q: got %v, want %v", expression, text, got, want)
			}
		}
		one := ""
		for at, expression := range expressions {
			if at > 0 {
				one += "|"
			}
			one += "(?:" + expression + ")"
		}
		if got, want := all.FindString(on), regexp.MustCompile(one).FindString(text); got != want {
			t.Errorf("any in %q: got %q, want %q", text, got, want)
		}
	})
}
