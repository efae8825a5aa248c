package search

import (
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

// Bounds of a passage in bytes: what is asked for beyond them is taken as them.
const (
	leastPassage = 160
	maxPassage   = 1200
)

// part of a body: where it stands.
type part struct{ from, to int }

// passage of the body that fits the question, word for word and at most so many bytes: all of it when it is short, otherwise
// the part that has most of what is asked, with as many of its neighbours as there is room for.
func (e *entry) passage(x *Index, q *question, size int) string {
	if size <= 0 || size > maxPassage {
		size = maxPassage
	}
	size = max(size, leastPassage)
	if len(e.Body) <= size {
		return e.Body
	}
	parts := partsOf(e.Body, size)
	first := x.fitting(q, e.Body, parts)
	last := first
	for {
		switch {
		case last+1 < len(parts) && parts[last+1].to-parts[first].from <= size:
			last++
		case first > 0 && parts[last].to-parts[first-1].from <= size:
			first--
		default:
			return e.Body[parts[first].from:parts[last].to]
		}
	}
}

// fitting is the first of the parts that have most of what is asked.
func (x *Index) fitting(q *question, body string, parts []part) int {
	best, most := 0, -1.0
	for at, p := range parts {
		var says []word
		for _, term := range x.language.terms(body[p.from:p.to]) {
			says = append(says, x.words.find(term))
		}
		var has float64
		for _, asked := range q.terms {
			has += asked.weight * asked.best(says)
		}
		if has > most {
			best, most = at, has
		}
	}
	return best
}

// best is how well the best of the term's meanings matches that is one of the words; 0 when none is.
func (a askedTerm) best(words []word) float64 {
	for _, m := range a.means {
		if slices.Contains(words, m.word) {
			return m.factor
		}
	}
	return 0
}

// Ways to cut a body, each finer than the one before: between paragraphs, before items of a list, behind sentences, at spaces.
var cuts = []*regexp.Regexp{
	regexp.MustCompile(`\n\s*\n`),
	regexp.MustCompile(`\n(?:[-*] |\d+\. )`),
	regexp.MustCompile(`[.!?]\s`),
	regexp.MustCompile(`\s`),
}

// partsOf a body, in their order, none longer than the size: paragraphs, and what is too long of them cut finer.
func partsOf(body string, size int) []part { return split(body, part{0, len(body)}, cuts, size) }

func split(body string, whole part, cuts []*regexp.Regexp, size int) []part {
	if len(cuts) == 0 {
		end := whole.to
		for end = min(end, whole.from+size); end < len(body) && !utf8.RuneStart(body[end]); {
			end--
		}
		return []part{{whole.from, end}}
	}
	var all []part
	text, from := body[whole.from:whole.to], 0
	ends := append(cuts[0].FindAllStringIndex(text, -1), []int{len(text), len(text)})
	for _, cut := range ends {
		end := cut[0]
		if end < len(text) && strings.ContainsRune(".!?", rune(text[end])) {
			end++ // the sign belongs to its sentence
		}
		piece := part{whole.from + from, whole.from + end}
		from = end
		switch piece = trimmed(body, piece); {
		case piece.from == piece.to:
		case piece.to-piece.from > size:
			all = append(all, split(body, piece, cuts[1:], size)...)
		default:
			all = append(all, piece)
		}
	}
	return all
}

// trimmed is the part without white space at its ends.
func trimmed(body string, p part) part {
	text := body[p.from:p.to]
	p.from += len(text) - len(strings.TrimLeft(text, " \t\r\n"))
	p.to -= len(text) - len(strings.TrimRight(text, " \t\r\n"))
	return part{p.from, max(p.from, p.to)}
}
