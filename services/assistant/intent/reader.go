package intent

import (
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

// corrected has every word that nobody taught read as the closest that was.
func (r *reader) corrected(tokens []token) []token {
	for i, t := range tokens {
		if utf8.RuneCountInString(t.word) < shortestCorrected || r.spelling.knows(t.word) {
			continue
		}
		if closest, ok := r.spelling.closest(t.word); ok {
			tokens[i].word = closest
		}
	}
	return tokens
}
