package pattern

import (
	"regexp/syntax"
	"strings"
	"unicode"
	"unicode/utf8"
)

// mostPieces are looked for; more take longer than the expression.
const mostPieces = 100

// piecesOf a match has one at least; nil when there are no such.
func piecesOf(e *syntax.Regexp) []string {
	switch e.Op {
	case syntax.OpLiteral:
		return []string{fold(string(e.Rune))}
	case syntax.OpCharClass:
		return runesOf(e.Rune)
	case syntax.OpCapture, syntax.OpPlus:
		return piecesOf(e.Sub[0])
	case syntax.OpRepeat:
		if e.Min == 0 {
			return nil
		}
		return piecesOf(e.Sub[0])
	case syntax.OpConcat:
		return leastLikely(e.Sub)
	case syntax.OpAlternate:
		return oneOfEach(e.Sub)
	default: // may be empty, or match anything
		return nil
	}
}

// leastLikely are the pieces of the part that a text is the least likely to have by chance.
func leastLikely(parts []*syntax.Regexp) []string {
	var best []string
	for _, part := range parts {
		if pieces := piecesOf(part); pieces != nil && (best == nil || chance(pieces) < chance(best)) {
			best = pieces
		}
	}
	return best
}

func oneOfEach(alternatives []*syntax.Regexp) []string {
	var all []string
	for _, alternative := range alternatives {
		pieces := piecesOf(alternative)
		if pieces == nil || len(all)+len(pieces) > mostPieces {
			return nil
		}
		all = append(all, pieces...)
	}
	return all
}

// mostRunes of a class that are worth looking for: the digits are.
const mostRunes = 10

// runesOf a class, whose pairs are ranges.
func runesOf(pairs []rune) []string {
	var all []string
	for i := 0; i < len(pairs); i += 2 {
		if int(pairs[i+1]-pairs[i])+len(all) >= mostRunes {
			return nil
		}
		for r := pairs[i]; r <= pairs[i+1]; r++ {
			all = append(all, fold(string(r)))
		}
	}
	return all
}

// chance, about, that a text has one of the pieces.
func chance(pieces []string) float64 {
	sum := 0.0
	for _, piece := range pieces {
		product := 1.0
		for _, r := range piece {
			switch {
			case unicode.IsSpace(r):
				product *= 0.5
			case unicode.IsLetter(r):
				product *= 0.1
			default:
				product *= 0.005
			}
		}
		sum += product
	}
	return sum
}

// fold a text so that what an expression takes for equal under (?i) is equal: of the forms of a letter the first.
func fold(text string) string {
	ascii := true
	for i := range len(text) {
		ascii = ascii && text[i] < utf8.RuneSelf
	}
	if ascii {
		return strings.ToUpper(text) // capitals come first
	}
	return strings.Map(func(r rune) rune {
		first := r
		for other := unicode.SimpleFold(r); other != r; other = unicode.SimpleFold(other) {
			first = min(first, other)
		}
		return first
	}, text)
}
