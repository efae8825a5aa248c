// Package smalltalk returns greetings and thanks, shortly. It leaves an offer on the table, and repeats it.
package smalltalk

import (
	"context"

	"github.com/parleyhq/parley/services/assistant/internal/phrase"
	"github.com/parleyhq/parley/services/assistant/internal/skill"
)

// Skill is polite.
type Skill struct{ book *phrase.Book }

// New reads the skill's texts.
func New(l phrase.Locale) (skill.Skill, error) {
	book, err := l.Book("smalltalk")
	if err != nil {
		return nil, err
	}
	return &Skill{book: book}, nil
}

// Name implements skill.Skill.
func (*Skill) Name() string { return "smalltalk" }

// Description implements skill.Skill.
func (*Skill) Description() string { return "Returns greetings and thanks." }

// Intents implements skill.Skill.
func (*Skill) Intents() []string { return []string{"greeting", "thanks"} }

// Methods implements skill.Skill.
func (*Skill) Methods() []string { return nil }

// Answer implements skill.Skill.
func (s *Skill) Answer(_ context.Context, turn skill.Turn) (skill.Reply, error) {
	key := turn.Intent
	if !turn.Alone {
		key += "_too"
	}
	text, err := s.book.Say(key, nil)
	return skill.Reply{Text: text, First: !turn.Alone, KeepsOffer: true}, err
}
