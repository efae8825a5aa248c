package tongue

import (
	"cmp"
	"maps"
	"slices"

	"github.com/parleyhq/parley/services/assistant/intent"
	"github.com/parleyhq/parley/services/assistant/internal/understand"
	"github.com/parleyhq/parley/services/assistant/languages"
)

// Interpreter understands a message in the language that it is written in, whatever the conversation is held in.
type Interpreter struct{ Listener }

// NewInterpreter of the languages of the set, with what understands each, by its code. Home is the one of whom nothing is known.
func NewInterpreter(set *languages.Set, home string, understanders map[string]*understand.Understander) *Interpreter {
	return &Interpreter{Listener{set: set, home: home, understanders: understanders}}
}

// How sure it has to be that a message is in another language than the conversation is; certain is when no other is tried.
const (
	sure    = 0.8
	certain = 0.98
)

// Understand says what the text wants. What is heard to be no wish, because it is denied or supposed, is not listened to in
// another language.
func (i *Interpreter) Understand(f Fact, text string) understand.Result {
	var first *understand.Result
	for _, code := range i.tries(cmp.Or(f.Code, i.home), text) {
		result := i.understanders[code].Understand(text)
		if result.Intent != "" || len(result.Held) > 0 {
			return result
		}
		if first == nil {
			first = &result
		}
	}
	return *first
}

// Intents that can be recognised, sorted.
func (i *Interpreter) Intents() []string { return i.understanders[i.home].Intents() }

// tries are the languages in which the text is to be understood, in order: the one that it sounds like, and that of the
// conversation, unless the text is too long to be mistaken.
func (i *Interpreter) tries(code, text string) []string {
	words := intent.Words(text)
	other, how := sounds(i.likely(words))
	switch {
	case other == code || how < sure:
		return []string{code}
	case how >= certain && len(words) >= fewestWords:
		return []string{other}
	default:
		return []string{other, code}
	}
}

// sounds like a language, and how sure that is.
func sounds(likely map[string]float64) (code string, how float64) {
	for _, each := range slices.Sorted(maps.Keys(likely)) {
		if likely[each] > how {
			code, how = each, likely[each]
		}
	}
	return code, how
}
