package tongue

import (
	"maps"
	"math"
	"slices"

	"github.com/parleyhq/parley/services/assistant/intent"
	"github.com/parleyhq/parley/services/assistant/internal/understand"
	"github.com/parleyhq/parley/services/assistant/languages"
)

// Listener hears which language a text is in. It is safe for concurrent use.
type Listener struct {
	set *languages.Set
	// home is spoken to whose language is not known.
	home          string
	understanders map[string]*understand.Understander
}

// Begin is what to believe of a customer of the locale, which may be empty.
func (l *Listener) Begin(locale string) Fact {
	if language, _, err := l.set.Of(locale); err == nil {
		return believe(language.Code)
	}
	return believe(l.home)
}

// Speaks says whether the language is one of the set.
func (l *Listener) Speaks(code string) bool { return l.understanders[code] != nil }

// How many words a message has to have for it to be evidence; how many known ones weigh one, and most.
const (
	fewestWords = 4
	weighsOne   = 6
	mostWords   = 12
)

// Hear what a message of the customer says of the language, and whether it asks for one, and for nothing else.
func (l *Listener) Hear(f Fact, text string) (heard Fact, asks bool) {
	words := intent.Words(text)
	for _, language := range l.set.All() {
		if language.IsAskedFor(words) {
			return Fact{Code: language.Code, Asked: true}, true
		}
	}
	if f.Asked || len(words) < fewestWords {
		return f, false
	}
	words = l.known(words)
	return f.with(l.likely(words), float64(min(len(words), mostWords))/weighsOne), false
}

const (
	// rare is the frequency of a word that nobody taught.
	rare = 1e-5
	// trust in each word: less than one, since words that follow each other are not independent.
	trust = 0.5
	// enough words to know a language by; what comes after is not looked at.
	enough = 60
)

// known are the words that stand in the examples of any language. The others say nothing.
func (l *Listener) known(words []string) []string {
	return slices.DeleteFunc(slices.Clone(words), func(word string) bool {
		for _, u := range l.understanders {
			if u.Frequency(word) > 0 {
				return false
			}
		}
		return true
	})
}

// likely languages of the words, and how likely each is; they sum to one.
func (l *Listener) likely(words []string) map[string]float64 {
	likely := map[string]float64{}
	for code, u := range l.understanders {
		for _, word := range words[:min(len(words), enough)] {
			likely[code] += trust * math.Log(u.Frequency(word)+rare)
		}
	}
	best := math.Inf(-1)
	for _, each := range likely {
		best = max(best, each)
	}
	sum := 0.0
	for _, code := range slices.Sorted(maps.Keys(likely)) {
		likely[code] = math.Exp(likely[code] - best)
		sum += likely[code]
	}
	for code := range likely {
		likely[code] /= sum
	}
	return likely
}
