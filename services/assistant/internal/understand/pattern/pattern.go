// Package pattern tries many regular expressions on a short text, which most of them cannot match: each knows pieces of text
// of which a match has one at least, and is not tried where none of them stands. That is for a machine to find out, from the
// expression, so that nobody has to keep a list beside it (the idea of RE2's FilteredRE2).
package pattern

import (
	"regexp"
	"regexp/syntax"
	"strings"
)

// Pattern is a regular expression of package regexp. Its methods are those of regexp.Regexp.
type Pattern struct {
	expression *regexp.Regexp
	// pieces of which a match has one, folded; none when nothing is known of it.
	pieces []string
}

// Compile an expression.
func Compile(expression string) (*Pattern, error) {
	compiled, err := regexp.Compile(expression)
	if err != nil {
		return nil, err
	}
	parsed, err := syntax.Parse(expression, syntax.Perl)
	if err != nil {
		return nil, err
	}
	return &Pattern{expression: compiled, pieces: piecesOf(parsed)}, nil
}

// MustCompile is for expressions that stand in the source.
func MustCompile(expression string) *Pattern {
	p, err := Compile(expression)
	if err != nil {
		panic(err)
	}
	return p
}

// Text that patterns are tried on.
type Text struct{ said, folded string }

// On the text patterns are tried.
func On(text string) Text { return Text{said: text, folded: fold(text)} }

// String is the text itself.
func (t Text) String() string { return t.said }

// mayMatch says whether it is worth trying.
func (p *Pattern) mayMatch(t Text) bool {
	for _, piece := range p.pieces {
		if strings.Contains(t.folded, piece) {
			return true
		}
	}
	return len(p.pieces) == 0
}

// MatchString reports whether the text has a match.
func (p *Pattern) MatchString(t Text) bool { return p.mayMatch(t) && p.expression.MatchString(t.said) }

// FindStringIndex is the place of the leftmost match.
func (p *Pattern) FindStringIndex(t Text) []int {
	if !p.mayMatch(t) {
		return nil
	}
	return p.expression.FindStringIndex(t.said)
}

// FindAllStringSubmatchIndex are the places of all matches and of their groups.
func (p *Pattern) FindAllStringSubmatchIndex(t Text) [][]int {
	if !p.mayMatch(t) {
		return nil
	}
	return p.expression.FindAllStringSubmatchIndex(t.said, -1)
}

// Any is several patterns as alternatives, the first preferred: as if they stood in one expression, which would be too large
// for the faster ways of package regexp.
type Any []*Pattern

// FindString is the leftmost match; empty when there is none.
func (a Any) FindString(t Text) string {
	var best []int
	for _, p := range a {
		if at := p.FindStringIndex(t); at != nil && (best == nil || at[0] < best[0]) {
			best = at
		}
	}
	if best == nil {
		return ""
	}
	return t.said[best[0]:best[1]]
}
