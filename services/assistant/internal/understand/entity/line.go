package entity

import (
	"regexp"
	"strconv"
	"strings"
	"unicode"

	"github.com/parleyhq/parley/services/assistant/internal/understand/pattern"
)

// Line is a line of an invoice that a text may mean.
type Line struct {
	ID          string
	Description string
	// Amount in minor units; negative for a credit.
	Amount int64
}

// What counts how much when a line is looked for: its amount, its place, a whole word of its description that no other
// line has. Less than the least is nobody's line.
const (
	amountWeight = 3.0
	placeWeight  = 3.0
	wordWeight   = 2.0
	leastWeight  = 1.0
)

// FindLine says which line a text means, by its words ("the movies thing", "ppv"), its amount ("that $70 one"), or its
// place ("the second one"). It answers false when none or several fit equally well: then one has to ask.
func FindLine(text string, lines []Line) (Line, bool) {
	said := saidWords(text)
	amounts := amountsIn(text)
	place, placed := placeIn(text, len(lines))
	best, second, at := 0.0, 0.0, -1
	for i, line := range lines {
		weight := wordsWeight(said, i, lines)
		if amounts[abs(line.Amount)] {
			weight += amountWeight
		}
		if placed && place == i {
			weight += placeWeight
		}
		switch {
		case weight > best:
			best, second, at = weight, best, i
		case weight > second:
			second = weight
		}
	}
	if best < leastWeight || best-second < 0.01 {
		return Line{}, false
	}
	return lines[at], true
}

func abs(n int64) int64 { return max(n, -n) }

// amountsIn are the amounts named, and every bare number as one, too: "that 70 one".
func amountsIn(text string) map[int64]bool {
	all := map[int64]bool{}
	for _, e := range findAmounts(pattern.On(text)) {
		all[e.Amount.Minor] = true
	}
	for _, word := range saidWords(text) {
		if n, err := strconv.ParseInt(word, 10, 64); err == nil && len(word) <= 6 && len(word) > 1 {
			all[n*100] = true
		}
	}
	return all
}

var places = regexp.MustCompile(`(?i)\b(?:(first|1st)|(second|2nd)|(third|3rd)|(fourth|4th)|(fifth|5th)|(last))[ \t]+(?:one|line|item|charge|thing|position|entry)\b|\b(?:line|item|number|no\.?|#)[ \t]*(\d{1,2})\b`)

func placeIn(text string, lines int) (int, bool) {
	groups := places.FindStringSubmatch(text)
	if groups == nil {
		return 0, false
	}
	if groups[7] != "" {
		n, _ := strconv.Atoi(groups[7])
		return n - 1, n >= 1 && n <= lines
	}
	for i, word := range groups[1:6] {
		if word != "" {
			return i, i < lines
		}
	}
	return lines - 1, lines > 0
}

// wordsWeight is how much of the line's description was said. A word that other lines have, too, counts less.
func wordsWeight(said []string, at int, lines []Line) float64 {
	weight := 0.0
	for _, name := range namesOf(lines[at].Description) {
		if !isSaid(name, said) {
			continue
		}
		shared := 0
		for _, other := range lines {
			for _, theirs := range namesOf(other.Description) {
				if theirs == name {
					shared++
					break
				}
			}
		}
		weight += wordWeight / float64(shared)
	}
	return weight
}

// namesOf are the words by which a line can be called: those of its description, their initials, and what people say
// instead.
func namesOf(description string) []string {
	var names []string
	initials := ""
	for _, word := range saidWords(description) {
		if meaningless[word] || isNumber(word) {
			continue
		}
		names = append(names, word)
		initials += word[:1]
	}
	if strings.Contains(strings.ToLower(description), "pay-per-view") {
		initials = "ppv"
	}
	if len(initials) >= 3 {
		names = append(names, initials)
	}
	whole := " " + strings.Join(saidWords(description), " ") + " "
	for _, group := range alike {
		for _, word := range group {
			if strings.Contains(whole, " "+word+" ") {
				names = append(names, group[0]+"*")
				break
			}
		}
	}
	return names
}

func isSaid(name string, said []string) bool {
	if alternatives, ok := strings.CutSuffix(name, "*"); ok {
		for _, group := range alike {
			if group[0] == alternatives {
				return saysOneOf(group, said)
			}
		}
	}
	for _, word := range said {
		if word == name || len(name) >= 5 && len(word) >= 5 && oneApart(word, name) {
			return true
		}
	}
	return false
}

func saysOneOf(group, said []string) bool {
	whole := " " + strings.Join(said, " ") + " "
	for _, word := range group {
		if strings.Contains(whole, " "+word+" ") {
			return true
		}
	}
	return false
}

// saidWords are the words in lower case, plural s aside.
func saidWords(text string) []string {
	all := strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	for i, word := range all {
		if len(word) > 3 && strings.HasSuffix(word, "s") && !strings.HasSuffix(word, "ss") {
			all[i] = word[:len(word)-1]
		}
	}
	return all
}

func isNumber(word string) bool {
	_, err := strconv.ParseInt(word, 10, 64)
	return err == nil
}

// oneApart says whether a letter changed, added, left out or swapped makes one word of the other.
func oneApart(a, b string) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	if len(b)-len(a) > 1 {
		return false
	}
	i := 0
	for i < len(a) && a[i] == b[i] {
		i++
	}
	if len(a) < len(b) {
		return a[i:] == b[i+1:]
	}
	if i == len(a) || a[i+1:] == b[i+1:] {
		return true
	}
	return i+1 < len(a) && a[i] == b[i+1] && a[i+1] == b[i] && a[i+2:] == b[i+2:]
}
