package intent

import (
	"unicode"
	"unicode/utf8"
)

// reader turns text into the tokens that features are made of.
type reader struct {
	replace  *phrases
	concepts *phrases
	spelling *spelling
}

func newReader(l Lexicon) *reader {
	r := &reader{replace: newPhrases(), concepts: newPhrases()}
	for from, to := range l.Replace {
		r.replace.add(from, words(to)...)
	}
	for name, members := range l.Concepts {
		for _, phrase := range members {
			r.concepts.add(phrase, name)
		}
	}
	return r
}

func (r *reader) tokens(text string) []token { return r.replace.replaced(tokenize(text)) }

// learn the words that a mistyped one may be taken for.
func (r *reader) learn(documents [][]token) {
	r.spelling = newSpelling()
	for _, tokens := range documents {
		for _, t := range tokens {
			r.spelling.add(t.word)
		}
	}
	r.spelling.index()
}

// corrected has every word that nobody taught read as the closest that was. A sign that nobody taught, such as an emoji,
// says nothing and is left out; so is one that is said again.
func (r *reader) corrected(tokens []token) []token {
	kept := tokens[:0]
	for _, t := range tokens {
		switch {
		case r.spelling.knows(t.word):
			if n := len(kept); isSign(t.word) && n > 0 && kept[n-1].word == t.word {
				continue
			}
		case isSign(t.word):
			continue
		case utf8.RuneCountInString(t.word) >= shortestCorrected:
			if closest, ok := r.spelling.closest(t.word); ok {
				t.word = closest
			}
		}
		kept = append(kept, t)
	}
	return kept
}

func isSign(word string) bool {
	first, _ := utf8.DecodeRuneInString(word)
	return !isLetter(first) && !isSyllable(first) && !unicode.IsDigit(first) && first != apostrophe
}
