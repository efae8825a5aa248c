package intent

import "strings"

// Lexicon is what is known of a language before any example: spellings that mean another word or several, and words that
// mean nearly the same. It helps where examples are few. The zero value knows nothing and is fine.
type Lexicon struct {
	// Replace maps a word, or several with single spaces, to what is read instead: "dont" to "do not", "u" to "you". Keys
	// are as the tokens are: lower case, and an apostrophe begins a word ("don 't").
	Replace map[string]string
	// Concepts maps a name to words and phrases that mean it; a text that has one of them has the concept, too.
	Concepts map[string][]string
}

// phrases finds phrases of words in tokens.
type phrases struct {
	to map[string][]string
	// longest is how many words a phrase has at most that begins with the word.
	longest map[string]int
}

func newPhrases() *phrases { return &phrases{to: map[string][]string{}, longest: map[string]int{}} }

func (p *phrases) add(phrase string, to ...string) {
	words := words(phrase)
	if len(words) == 0 {
		return
	}
	all := strings.Join(words, " ")
	p.to[all] = append(p.to[all], to...)
	p.longest[words[0]] = max(p.longest[words[0]], len(words))
}

// at is the longest phrase that begins at the token, and what it leads to.
func (p *phrases) at(tokens []token, i int) (to []string, length int) {
	for n := min(p.longest[tokens[i].word], len(tokens)-i); n > 0; n-- {
		if found, ok := p.to[joined(tokens[i:i+n])]; ok {
			return found, n
		}
	}
	return nil, 0
}

func joined(tokens []token) string {
	if len(tokens) == 1 {
		return tokens[0].word
	}
	all := make([]string, len(tokens))
	for i, t := range tokens {
		all[i] = t.word
	}
	return strings.Join(all, " ")
}

func words(text string) []string {
	var all []string
	for _, t := range tokenize(text) {
		all = append(all, t.word)
	}
	return all
}

// replaced puts the replacements in; what is put in stands for the same bytes of the text.
func (p *phrases) replaced(tokens []token) []token {
	if len(p.to) == 0 {
		return tokens
	}
	out := make([]token, 0, len(tokens)+4)
	for i := 0; i < len(tokens); {
		to, n := p.at(tokens, i)
		if n == 0 {
			out = append(out, tokens[i])
			i++
			continue
		}
		for _, word := range to {
			out = append(out, token{word: word, from: tokens[i].from, to: tokens[i+n-1].to})
		}
		i += n
	}
	return out
}
