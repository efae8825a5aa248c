// Package person answers who wants to talk to a person: it keeps the wish for one, and says so.
package person

import (
	"context"
	"embed"

	contextv1 "github.com/parleyhq/parley/proto/gen/parley/context/v1"
	"github.com/parleyhq/parley/services/assistant/internal/phrase"
	"github.com/parleyhq/parley/services/assistant/internal/skill"
)

//go:embed texts
var texts embed.FS

// Skill passes customers on to people.
type Skill struct{ book *phrase.Book }

// New reads the skill's texts.
func New(l phrase.Locale) (skill.Skill, error) {
	book, err := phrase.Load(texts, l)
	if err != nil {
		return nil, err
	}
	return &Skill{book: book}, nil
}

// Name implements skill.Skill.
func (*Skill) Name() string { return "person" }

// Description implements skill.Skill.
func (*Skill) Description() string {
	return "Keeps for a colleague that the customer wants to talk to one."
}

// Intents implements skill.Skill.
func (*Skill) Intents() []string { return []string{"person"} }

// Methods implements skill.Skill.
func (*Skill) Methods() []string { return nil }

// Answer implements skill.Skill.
func (s *Skill) Answer(_ context.Context, turn skill.Turn) (skill.Reply, error) {
	key := "person"
	if !turn.Alone {
		key = "person_too"
	}
	text, err := s.book.Say(key, nil)
	return skill.Reply{Text: text, Request: &skill.Request{
		Kind: contextv1.OpenRequest_KIND_NEEDS_PERSON, Summary: "Asked to talk to a person.",
	}}, err
}
