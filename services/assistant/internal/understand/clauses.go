package understand

import (
	"strings"
	"unicode"

	"github.com/parleyhq/parley/services/assistant/intent"
)

// span is a part of a text, from byte from to byte to.
type span struct{ from, to int }

func (s span) of(text string) string { return strings.TrimSpace(text[s.from:s.to]) }

// clause is a part that may be a wish of its own, and the sentence that it stands in.
type clause struct {
	span
	sentence span
	// turn says that it begins a sentence, or with a word that goes on to another thing.
	turn bool
}

// maxClauses bounds the work. A longer story keeps its first and its last ones: people say what they want at either end.
const maxClauses = 24

// clausesOf cuts a text into clauses: at the ends of sentences, and where a sentence goes on to another thing.
func (c *catalogue) clausesOf(text string) []clause {
	var all []clause
	for _, sentence := range sentencesOf(text) {
		for _, part := range c.cut(sentence, text) {
			if len(words(part.of(text))) > 0 || hasSymbol(part.of(text)) {
				all = append(all, clause{span: part, sentence: sentence, turn: part.from == sentence.from || c.turnsAt(text, part.from, part.to)})
			}
		}
	}
	if len(all) > maxClauses {
		all = append(all[:maxClauses/2:maxClauses/2], all[len(all)-maxClauses/2:]...)
	}
	return all
}

// hasSymbol says whether a part without words still says something: an emoji.
func hasSymbol(part string) bool {
	return strings.ContainsFunc(part, func(r rune) bool { return unicode.Is(unicode.So, r) })
}

// sentencesOf cuts at ".", "!", "?", "…", ";" and line ends. A point within a number or an abbreviation ends nothing.
func sentencesOf(text string) []span {
	var all []span
	from := 0
	end := func(at int) {
		if strings.TrimSpace(text[from:at]) != "" {
			all = append(all, span{from, at})
		}
		from = at
	}
	for i, r := range text {
		after := i + len(string(r))
		switch r {
		case '\n', ';', '!', '?', '…', '。', '！', '？':
			if after >= len(text) || !isEnd(text[after:]) {
				end(min(after, len(text)))
			}
		case '.':
			if after == len(text) || text[after] == ' ' || text[after] == '\n' || text[after] == '\t' || text[after] == '"' {
				end(after)
			}
		}
	}
	end(len(text))
	return all
}

// isEnd says whether the text goes on with another sign that ends a sentence ("?!").
func isEnd(text string) bool { return strings.HasPrefix(text, "!") || strings.HasPrefix(text, "?") }

// cut a sentence where it turns, at a comma, a dash or a bracket.
func (c *catalogue) cut(s span, text string) []span {
	var all []span
	from := s.from
	end := func(at int) {
		if strings.TrimSpace(text[from:at]) != "" {
			all = append(all, span{from, at})
		}
		from = at
	}
	at := s.from
	for at < s.to {
		word, start, next := nextWord(text, at, s.to)
		if word == "" {
			break
		}
		if gap := text[at:start]; strings.ContainsAny(gap, ",:()–—") || strings.Contains(gap, " - ") {
			end(start)
		} else if start > from && c.turnsAt(text, start, s.to) {
			end(start)
		}
		at = next
	}
	end(s.to)
	return all
}

// nextWord finds the next word from a place, as words would give it.
func nextWord(text string, at, to int) (word string, start, next int) {
	start = at
	for i, r := range text[at:to] {
		inside := isWordRune(r)
		if word == "" && !inside {
			continue
		}
		if word == "" {
			start = at + i
		}
		if !inside {
			return word, start, at + i
		}
		word = text[start : at+i+len(string(r))]
	}
	return word, start, to
}

func isWordRune(r rune) bool {
	return unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r) || r == '\'' || r == '’'
}

// longestTurn is as many words as a turn may have.
const longestTurn = 3

// turnsAt says whether the words there go on to another thing.
func (c *catalogue) turnsAt(text string, at, to int) bool {
	ahead := ""
	for n := range longestTurn {
		word, _, next := nextWord(text, at, to)
		if word == "" {
			return false
		}
		if n > 0 {
			ahead += " "
		}
		ahead += strings.Join(words(word), "")
		goes, ok := c.turns[ahead]
		if !ok || goes {
			return goes
		}
		at = next
	}
	return false
}

// words are the text's words in lower case without accents; an apostrophe belongs to its word and is dropped ("don't" is
// "dont").
func words(text string) []string {
	text = strings.Map(func(r rune) rune {
		switch {
		case r == '\'' || r == '’':
			return -1
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			return unicode.ToLower(r)
		default:
			return ' '
		}
	}, intent.Plain(text))
	return strings.Fields(text)
}
