// Package fallback is what the assistant says when no other skill answers: what it is, what it can do, and, for what it
// cannot, that a person will take it up. It never guesses.
package fallback

import (
	"context"
	"strings"

	contextv1 "github.com/parleyhq/parley/proto/gen/parley/context/v1"
	"github.com/parleyhq/parley/services/assistant/internal/phrase"
	"github.com/parleyhq/parley/services/assistant/internal/skill"
)

// Intents that nobody can write, under which the dialogue turns to the fallback.
const (
	// Failed: the message could not be answered.
	Failed = "parley.failed"
	// Forwarded: the words are somebody else's.
	Forwarded = "parley.forwarded"
	// ToNothing: a yes or a no, and nothing was asked.
	ToNothing = "parley.to_nothing"
	// ToColleague: a yes or a no to what a colleague asked.
	ToColleague = "parley.to_colleague"
	// Language: a wish for the language that is spoken from now on.
	Language = "parley.language"
	// Unproven: the customer is not known well enough on this channel for what they want.
	Unproven = "parley.unproven"
)

// Skill is the honest fallback.
type Skill struct {
	book *phrase.Book
}

// New reads the skill's texts.
func New(l phrase.Locale) (skill.Skill, error) {
	book, err := l.Book("fallback")
	if err != nil {
		return nil, err
	}
	return &Skill{book: book}, nil
}

// Name implements skill.Skill.
func (*Skill) Name() string { return "fallback" }

// Description implements skill.Skill.
func (*Skill) Description() string {
	return "Says honestly what the assistant cannot do; a person takes that up."
}

// Intents implements skill.Skill: none. Whatever no other skill claims comes here.
func (*Skill) Intents() []string { return nil }

// Methods implements skill.Skill.
func (*Skill) Methods() []string { return nil }

// summaries for the person who takes the message up. What is not here needs nobody.
var summaries = map[string]string{
	"unknown":      "A message that the assistant could not answer.",
	"failed":       "A message that could not be answered because of a failure.",
	"media":        "A message that is not text; a person has to look at it.",
	"to_colleague": "An answer to what a colleague asked.",
}

// Answer implements skill.Skill.
func (s *Skill) Answer(_ context.Context, turn skill.Turn) (skill.Reply, error) {
	key := keyOf(turn)
	text, err := s.book.Say(key, nil)
	if err != nil {
		return skill.Reply{}, err
	}
	reply := skill.Reply{Text: text}
	if summary, ok := summaries[key]; ok {
		reply.Request = &skill.Request{Kind: contextv1.OpenRequest_KIND_NEEDS_PERSON, Summary: summary}
	}
	return reply, nil
}

func keyOf(turn skill.Turn) string {
	switch turn.Intent {
	case Failed:
		return "failed"
	case Forwarded:
		return "forwarded"
	case ToNothing:
		return "to_nothing"
	case ToColleague:
		return "to_colleague"
	case Unproven:
		return "unproven"
	case Language:
		return "language"
	}
	switch {
	case turn.Content.GetText() == "":
		return "media"
	case len(turn.Said.Quoted) > 0 && strings.TrimSpace(turn.Said.Own) == "":
		return "quoted"
	default:
		return "unknown"
	}
}
