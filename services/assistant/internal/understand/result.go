package understand

import (
	"github.com/parleyhq/parley/services/assistant/intent"
	"github.com/parleyhq/parley/services/assistant/internal/understand/entity"
)

// Result is what a text is taken to want.
type Result struct {
	// Intent is that of the wish that matters most; empty when no wish was recognised.
	Intent string
	// Score from 0 to 1: how sure.
	Score float64
	// Evidence are the words that decided, the weightiest first.
	Evidence []string
	// Alternatives are the next best intents for the words that decided, the likeliest first.
	Alternatives []intent.Alternative
	// Wishes are all that the text asks for, in the order in which they stand in it, one for each intent: "thanks, and why
	// is my bill so high?" has two. Empty when none was recognised.
	Wishes []Wish
	// Entities of what the customer said themselves, in the order of the text.
	Entities []entity.Entity
	// Held are wishes that were heard, but not taken for wishes: negated, supposed, reported.
	Held []Held
	// Rest are the parts in which no wish was recognised, in their order.
	Rest []string
	// Own is the text with what others said blanked out, of the same length. A name in quotation marks is left in it.
	Own string
	// Quoted are the parts that somebody else said or that were said before; nothing above comes from them.
	Quoted []string

	reading *entity.Reading
}

// FindLine says which line of a bill the words mean, which are some of the text's.
func (r Result) FindLine(words string, lines []entity.Line) (entity.Line, bool) {
	return r.reading.FindLine(words, lines)
}

// Wish is one thing that the text asks for.
type Wish struct {
	Intent string
	// Score from 0 to 1.
	Score float64
	// Text is the part that says it.
	Text     string
	Evidence []string
}

// Held is a wish that counts for nothing.
type Held struct {
	Intent string
	// Guard is why, in a word or a few: "supposed".
	Guard string
	// Words that speak against it.
	Words string
}

// Wants says whether one of the wishes is of the intent.
func (r Result) Wants(name string) bool {
	for _, w := range r.Wishes {
		if w.Intent == name {
			return true
		}
	}
	return false
}
