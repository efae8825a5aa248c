// Package person answers who wants to talk to a person: it keeps the wish for one, and says so. Other skills offer a person
// by Offer; what the customer says to that comes here.
package person

import (
	"context"

	contextv1 "github.com/parleyhq/parley/proto/gen/parley/context/v1"
	"github.com/parleyhq/parley/services/assistant/internal/phrase"
	"github.com/parleyhq/parley/services/assistant/internal/skill"
)

const (
	name = "person"
	// Intent of a customer who wants a person.
	Intent = "person"
)

// Offer to have a person take something up. The text that makes it asks whether one shall.
func Offer() (*skill.Offer, error) {
	offer, err := skill.NewOffer(name, "person", struct{}{})
	if err != nil {
		return nil, err
	}
	offer.YesBy = []string{Intent}
	return offer, nil
}

// Skill passes customers on to people.
type Skill struct{ book *phrase.Book }

// New reads the skill's texts.
func New(l phrase.Locale) (skill.Skill, error) {
	book, err := l.Book("person")
	if err != nil {
		return nil, err
	}
	return &Skill{book: book}, nil
}

// Name implements skill.Skill.
func (*Skill) Name() string { return name }

// Description implements skill.Skill.
func (*Skill) Description() string {
	return "Keeps for a colleague that the customer wants to talk to one."
}

// Intents implements skill.Skill.
func (*Skill) Intents() []string { return []string{Intent} }

// Methods implements skill.Skill.
func (*Skill) Methods() []string { return nil }

// Answer implements skill.Skill.
func (s *Skill) Answer(_ context.Context, turn skill.Turn) (skill.Reply, error) {
	switch turn.Intent {
	case skill.Refused:
		return s.say("not_wanted", skill.Reply{})
	case skill.Unsure:
		offer, err := Offer()
		if err != nil {
			return skill.Reply{}, err
		}
		return s.say("offer", skill.Reply{Offer: offer})
	case skill.AgreedAgain, skill.RefusedAfter:
		return s.say("asked", skill.Reply{})
	default:
		key := "person"
		if !turn.Alone {
			key = "person_too"
		}
		return s.say(key, skill.Reply{Request: &skill.Request{
			Kind: contextv1.OpenRequest_KIND_NEEDS_PERSON, Summary: "Asked to talk to a person.",
		}})
	}
}

func (s *Skill) say(key string, reply skill.Reply) (skill.Reply, error) {
	var err error
	reply.Text, err = s.book.Say(key, nil)
	return reply, err
}
