// Package fallback is what the assistant says when no other skill answers: what it is, what it can do, and, for what it
// cannot, that a person will take it up. It never guesses.
package fallback

import (
	"context"
	"embed"

	contextv1 "github.com/parleyhq/parley/proto/gen/parley/context/v1"
	"github.com/parleyhq/parley/services/assistant/internal/phrase"
	"github.com/parleyhq/parley/services/assistant/internal/skill"
)

//go:embed texts/en.yaml
var texts embed.FS

// Skill is the honest fallback.
type Skill struct {
	book *phrase.Book
}

// New reads the skill's texts.
func New() (*Skill, error) {
	book, err := phrase.Load(texts, "texts/en.yaml")
	if err != nil {
		return nil, err
	}
	return &Skill{book: book}, nil
}

// Name implements skill.Skill.
func (*Skill) Name() string { return "fallback" }

// Description implements skill.Skill.
func (*Skill) Description() string {
	return "Greets, and says honestly what the assistant cannot do; a person takes that up."
}

// Intents implements skill.Skill. Whatever no other skill claims comes here too.
func (*Skill) Intents() []string { return []string{"greeting", "thanks"} }

// Methods implements skill.Skill.
func (*Skill) Methods() []string { return nil }

// Answer implements skill.Skill.
func (s *Skill) Answer(_ context.Context, turn skill.Turn) (skill.Reply, error) {
	key := s.key(turn)
	text, err := s.book.Say(key, nil)
	if err != nil {
		return skill.Reply{}, err
	}
	reply := skill.Reply{Text: text}
	switch key {
	case "thanks":
		reply.Offer = turn.Offer // "thanks" is no answer to an offer
	case "unknown":
		reply.Request = needsPerson("A message that the assistant could not answer.")
	case "failed":
		reply.Request = needsPerson("A message that could not be answered because of a failure.")
	case "media":
		reply.Offer = turn.Offer
		reply.Request = needsPerson("A message that is not text; a person has to look at it.")
	}
	return reply, nil
}

func needsPerson(summary string) *skill.Request {
	return &skill.Request{Kind: contextv1.OpenRequest_KIND_NEEDS_PERSON, Summary: summary}
}

func (*Skill) key(turn skill.Turn) string {
	switch {
	case turn.Intent == skill.Failed:
		return "failed"
	case turn.Intent == "greeting" || turn.Intent == "thanks":
		return turn.Intent
	case turn.Content.GetText() == "":
		return "media"
	default:
		return "unknown"
	}
}
