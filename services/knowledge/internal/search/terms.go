package search

import (
	"strings"
	"unicode"
	"unicode/utf8"

	bleveunicode "github.com/blevesearch/bleve/v2/analysis/tokenizer/unicode"
	"golang.org/x/text/runes"
	"golang.org/x/text/transform"
	"golang.org/x/text/unicode/norm"
)

// fold takes accents off and makes letters small: many people write without either. The tilde of ñ is none: it makes another
// letter.
func fold(text string) string {
	if !strings.ContainsFunc(text, func(r rune) bool { return r >= utf8.RuneSelf }) {
		return strings.ToLower(text)
	}
	// A transformer keeps state, so each call has its own.
	plain, _, err := transform.String(transform.Chain(norm.NFD, runes.Remove(runes.Predicate(isAccent)), norm.NFC), text)
	if err != nil {
		plain = text // invalid UTF-8 is searched as it is
	}
	return strings.ToLower(strings.ReplaceAll(plain, "’", "'"))
}

func isAccent(r rune) bool { return unicode.Is(unicode.Mn, r) && r != tilde }

const tilde = 0x0303

// tokens are the words of a text (UAX #29), folded, in their order.
func tokens(text string) []string {
	var words []string
	for _, token := range bleveunicode.NewUnicodeTokenizer().Tokenize([]byte(fold(text))) {
		words = append(words, strings.TrimSuffix(string(token.Term), "'s"))
	}
	return words
}

// split the words of a text into its terms, and the small words between them, both in their order: endings are cut off, and
// every spelling is replaced by the one that stands for it.
func (l *language) split(words []string) (terms, small []string) {
	stems := make([]string, len(words))
	for at, word := range words {
		stems[at] = l.stem(word)
	}
	for at := 0; at < len(words); {
		if term, length := l.phraseAt(stems[at:]); length > 0 {
			terms = append(terms, term)
			at += length
			continue
		}
		if l.small[words[at]] {
			small = append(small, stems[at])
		} else {
			terms = append(terms, stems[at])
		}
		at++
	}
	return terms, small
}

func (l *language) terms(text string) []string {
	terms, _ := l.split(tokens(text))
	return terms
}

// phraseAt is the term for the longest spelling with which the stems begin, and how many of them it is.
func (l *language) phraseAt(stems []string) (string, int) {
	for length := min(l.longest[stems[0]], len(stems)); length > 0; length-- {
		if term, ok := l.phrases[strings.Join(stems[:length], " ")]; ok {
			return term, length
		}
	}
	return "", 0
}
