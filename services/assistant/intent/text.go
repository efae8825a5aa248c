package intent

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// token is a word as features see it, and the bytes of the text that it stands for.
type token struct {
	word     string
	from, to int
}

// maxTokens bounds the work for one text.
const maxTokens = 400

// tokenize cuts a text into words in lower case, shapes of numbers ("70" and "42" are both "00"), and the signs that mean
// something: "?", "!", currencies, emoji. Compatibility forms are folded (NFKC), accents left out, letters that are drawn out are said once
// ("sooooo"), an apostrophe cuts ("don't" is "don" and "'t"), and a sign of a script without spaces is a word.
func tokenize(text string) []token {
	var tokens []token
	for at := 0; at < len(text) && len(tokens) < maxTokens; {
		r, size := utf8.DecodeRuneInString(text[at:])
		end := at + size
		word := ""
		switch {
		case r == ' ':
		case isApostrophe(r) && follows(tokens, at) && letterAt(text, end):
			end = span(text, end, isLetter)
			word = string(apostrophe) + fold(text[at+size:end])
		case isSyllable(r):
			word = fold(text[at:end])
		case isLetter(r):
			end = span(text, at, isLetter)
			word = fold(text[at:end])
		case unicode.IsDigit(r):
			end = span(text, at, unicode.IsDigit)
			word = strings.Repeat(string(digit), utf8.RuneCountInString(text[at:end]))
		case r == '?' || r == '!' || unicode.Is(unicode.Sc, r) || unicode.Is(unicode.So, r):
			word = string(r)
		}
		if word != "" {
			tokens = append(tokens, token{word: word, from: at, to: end})
		}
		at = end
	}
	return tokens
}

// Words of a text as examples are read: in lower case, without accents. Numbers and signs are left out.
func Words(text string) []string {
	var all []string
	for _, t := range tokenize(text) {
		if !isSign(t.word) && t.word[0] != digit {
			all = append(all, t.word)
		}
	}
	return all
}

// follows says whether a word ends just there, as one does before the apostrophe of "don't".
func follows(tokens []token, at int) bool {
	return len(tokens) > 0 && tokens[len(tokens)-1].to == at
}

func letterAt(text string, at int) bool {
	r, _ := utf8.DecodeRuneInString(text[at:])
	return isLetter(r)
}

// span is where the run of such runes that begins there ends.
func span(text string, at int, belongs func(rune) bool) int {
	for at < len(text) {
		r, size := utf8.DecodeRuneInString(text[at:])
		if !belongs(r) {
			break
		}
		at += size
	}
	return at
}

const (
	apostrophe = '\''
	// digit stands for any.
	digit = '0'
)

func isApostrophe(r rune) bool { return r == '\'' || r == '’' || r == '‘' || r == '`' || r == '´' }

func isLetter(r rune) bool {
	if r < utf8.RuneSelf { // as most are, and the tables of Unicode take ten times as long
		return 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || r == '_'
	}
	return r == '_' || (unicode.IsLetter(r) || unicode.IsMark(r)) && !isSyllable(r)
}

// firstSyllable is the first letter of Thai; the other scripts without spaces come after.
const firstSyllable = '\u0e01'

func isSyllable(r rune) bool {
	return r >= firstSyllable && unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai)
}

// maxWord bounds a word, in bytes; what is longer is no word.
const maxWord = 48

func fold(word string) string {
	word = strings.ToLower(Plain(word))
	if len(word) > maxWord {
		word = strings.ToValidUTF8(word[:maxWord], "")
	}
	return sayOnce(word)
}

// Plain is the text in compatibility form (NFKC) without accents, which people who type leave out: "cómo" is "como".
func Plain(text string) string {
	if isASCII(text) {
		return text
	}
	return norm.NFKC.String(strings.Map(func(r rune) rune {
		if firstAccent <= r && r <= lastAccent {
			return -1
		}
		return r
	}, norm.NFKD.String(text)))
}

// The accents that are written over Latin, Greek and Cyrillic letters. Marks of other scripts are vowels and voices.
const firstAccent, lastAccent = '\u0300', '\u036f'

func isASCII(text string) bool {
	for i := range len(text) {
		if text[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

func isDrawnOut(word string) bool {
	var last rune
	run := 0
	for _, r := range word {
		if r != last {
			last, run = r, 0
		}
		if run++; run > 2 {
			return true
		}
	}
	return false
}

// sayOnce shortens a run of three equal letters or more to one.
func sayOnce(word string) string {
	if !isDrawnOut(word) {
		return word
	}
	var out strings.Builder
	runes := []rune(word)
	for i := 0; i < len(runes); {
		run := 1
		for i+run < len(runes) && runes[i+run] == runes[i] {
			run++
		}
		kept := run
		if run > 2 {
			kept = 1
		}
		for range kept {
			out.WriteRune(runes[i])
		}
		i += run
	}
	return out.String()
}
