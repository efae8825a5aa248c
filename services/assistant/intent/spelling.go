package intent

import (
	"slices"
	"strings"
)

// Words shorter than this are left alone: half of all short words are one letter away from another.
const (
	shortestCorrected = 4
	twoErrors         = 9
)

// spelling finds the known word that a mistyped one was meant to be, by an index of what is left of the known words
// after leaving out a letter: two words are one error apart only if they share such a remainder.
type spelling struct {
	count     map[string]int
	total     int
	remainder map[string][]string
}

func newSpelling() *spelling {
	return &spelling{count: map[string]int{}, remainder: map[string][]string{}}
}

func (s *spelling) add(word string) {
	s.count[word]++
	s.total++
}

func (s *spelling) frequency(word string) float64 {
	return float64(s.count[word]) / float64(max(s.total, 1))
}

func (s *spelling) knows(word string) bool { return s.count[word] > 0 }

// index the words that were seen more than once; what stands in one example may itself be a typo.
func (s *spelling) index() {
	for word, n := range s.count {
		if n < 2 || len(word) < shortestCorrected {
			continue
		}
		for _, r := range remainders(word) {
			s.remainder[r] = append(s.remainder[r], word)
		}
	}
	for _, candidates := range s.remainder {
		slices.SortFunc(candidates, func(a, b string) int {
			if s.count[a] != s.count[b] {
				return s.count[b] - s.count[a]
			}
			return strings.Compare(a, b)
		})
	}
}

// remainders are the word, it without each of its letters, and, of a long word, without each two.
func remainders(word string) []string {
	all := []string{word}
	letters := []rune(word)
	for i := range letters {
		one := slices.Concat(letters[:i], letters[i+1:])
		all = append(all, string(one))
		if len(letters) < twoErrors {
			continue
		}
		for k := i; k < len(one); k++ {
			all = append(all, string(one[:k])+string(one[k+1:]))
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// closest known word; among equals the commonest.
func (s *spelling) closest(word string) (string, bool) {
	letters := []rune(word)
	found, least := "", 3
	for _, r := range remainders(word) {
		for _, candidate := range s.remainder[r] {
			d := distance(letters, []rune(candidate))
			if d > allowed(letters, []rune(candidate)) {
				continue
			}
			if d < least || d == least && s.count[candidate] > s.count[found] {
				found, least = candidate, d
			}
		}
	}
	return found, found != ""
}

// allowed number of errors. A short word may have letters swapped, doubled or lost, but not another letter: "bell" is not
// "bill". The first letter of a word is rarely wrong.
func allowed(word, candidate []rune) int {
	switch {
	case len(word) >= twoErrors && len(candidate) >= twoErrors:
		return 2
	case word[0] != candidate[0]:
		return 0
	case len(word) <= 4 && len(word) == len(candidate) && !swapped(word, candidate):
		return 0
	default:
		return 1
	}
}

func swapped(a, b []rune) bool {
	for i := range a {
		if a[i] != b[i] {
			return i+1 < len(a) && a[i] == b[i+1] && a[i+1] == b[i]
		}
	}
	return true
}

// distance counts letters added, left out, changed, or swapped with their neighbour (optimal string alignment).
func distance(a, b []rune) int {
	before, row := make([]int, len(b)+1), make([]int, len(b)+1)
	var previous []int
	for j := range row {
		row[j] = j
	}
	for i := 1; i <= len(a); i++ {
		previous, before, row = before, row, make([]int, len(b)+1)
		row[0] = i
		for j := 1; j <= len(b); j++ {
			change := 1
			if a[i-1] == b[j-1] {
				change = 0
			}
			row[j] = min(before[j]+1, row[j-1]+1, before[j-1]+change)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], previous[j-2]+1)
			}
		}
	}
	return row[len(b)]
}
