package entity

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"github.com/parleyhq/parley/services/assistant/intent"
)

// Reading is how the words of a language are read: what they say of amounts, days, numbers and the lines of a bill is found in
// English, and stands where it was said. The zero value reads English.
type Reading struct {
	// rules by their first word, the longest first.
	rules map[string][]rule
}

// rule reads words as other words. The word {n} is any number; it stands on both sides, and not first.
type rule struct {
	from []string
	to   string
}

const anyNumber = "{n}"

// NewReading of phrases as English ones: "ayer" as "yesterday", "hace {n} días" as "{n} days ago". Accents are not looked at.
func NewReading(phrases map[string]string) (*Reading, error) {
	r := &Reading{rules: map[string][]rule{}}
	for from, to := range phrases {
		var words []string
		for _, word := range strings.Fields(from) {
			words = append(words, folded(word))
		}
		if len(words) == 0 || words[0] == anyNumber || slices.Contains(words, anyNumber) != strings.Contains(to, anyNumber) {
			return nil, fmt.Errorf("%q cannot be read as %q", from, to)
		}
		r.rules[words[0]] = append(r.rules[words[0]], rule{words, to})
	}
	for _, rules := range r.rules {
		slices.SortFunc(rules, func(a, b rule) int {
			return cmp.Or(len(b.from)-len(a.from), slices.Compare(a.from, b.from))
		})
	}
	return r, nil
}

func folded(word string) string { return strings.ToLower(intent.Plain(word)) }

// Find the entities of a text, in its order. None overlap.
func (r *Reading) Find(text string) []Entity {
	english, pieces := r.read(text)
	all := Find(english)
	for i, e := range all {
		all[i].Start, all[i].End = pieces.from(e.Start), pieces.to(e.End)
		all[i].Text = text[all[i].Start:all[i].End]
	}
	return all
}

// FindLine says which line a text means, by its words in either language.
func (r *Reading) FindLine(text string, lines []Line) (Line, bool) {
	if line, ok := FindLine(text, lines); ok {
		return line, true
	}
	english, _ := r.read(text)
	return FindLine(english, lines)
}

// piece of a text as it is read, and where it comes from. One that is as it was maps byte by byte.
type piece struct {
	start, end            int
	original, originalEnd int
	same                  bool
}

type pieces []piece

func (all pieces) at(place int) piece {
	i, _ := slices.BinarySearchFunc(all, place, func(p piece, place int) int {
		if p.end <= place {
			return -1
		}
		return 1
	})
	return all[min(i, len(all)-1)]
}

func (all pieces) from(start int) int {
	p := all.at(start)
	if p.same {
		return p.original + start - p.start
	}
	return p.original
}

func (all pieces) to(end int) int {
	p := all.at(end - 1)
	if p.same {
		return p.original + end - p.start
	}
	return p.originalEnd
}

var word = regexp.MustCompile(`[\p{L}\p{M}]+|\d+`)

// read the text in English.
func (r *Reading) read(text string) (string, pieces) {
	var out strings.Builder
	var all pieces
	add := func(from, to int, as string, same bool) {
		if from < to {
			all = append(all, piece{out.Len(), out.Len() + len(as), from, to, same})
			out.WriteString(as)
		}
	}
	spans := word.FindAllStringIndex(text, -1)
	done := 0
	for i := 0; i < len(spans); {
		as, n := r.at(text, spans[i:])
		if n == 0 {
			i++
			continue
		}
		end := spans[i+n-1][1]
		add(done, spans[i][0], text[done:spans[i][0]], true)
		add(spans[i][0], end, as, false)
		done = end
		i += n
	}
	add(done, len(text), text[done:], true)
	return out.String(), all
}

// at is what the words that begin a text are read as, and how many they are: none when no rule is for them.
func (r *Reading) at(text string, spans [][]int) (as string, n int) {
	if r == nil {
		return "", 0
	}
	for _, rule := range r.rules[folded(text[spans[0][0]:spans[0][1]])] {
		if number, ok := r.fits(rule, text, spans); ok {
			return strings.ReplaceAll(rule.to, anyNumber, number), len(rule.from)
		}
	}
	return "", 0
}

func (r *Reading) fits(rule rule, text string, spans [][]int) (number string, ok bool) {
	if len(rule.from) > len(spans) {
		return "", false
	}
	for i, want := range rule.from {
		said := text[spans[i][0]:spans[i][1]]
		if i > 0 && strings.TrimSpace(text[spans[i-1][1]:spans[i][0]]) != "" {
			return "", false
		}
		if want == anyNumber {
			if number, ok = r.number(said); !ok {
				return "", false
			}
			continue
		}
		if folded(said) != want {
			return "", false
		}
	}
	return number, true
}

var englishNumber = regexp.MustCompile(`^(?:` + numberWord + `)$`)

// number that a word is, in figures or in English.
func (r *Reading) number(said string) (string, bool) {
	if unicode.IsDigit(rune(said[0])) {
		return said, true
	}
	for _, rule := range r.rules[folded(said)] {
		if len(rule.from) == 1 {
			return rule.to, englishNumber.MatchString(rule.to)
		}
	}
	return "", false
}
