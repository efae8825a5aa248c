// Package person hands over who wants to talk to a person: it keeps why, puts the conversation in line, and says honestly
// what happens now. Other skills offer a person by Offer; what the customer says to that comes here.
package person

import (
	"context"

	contextv1 "github.com/parleyhq/parley/proto/gen/parley/context/v1"
	routingv1 "github.com/parleyhq/parley/proto/gen/parley/routing/v1"
	"github.com/parleyhq/parley/services/assistant/internal/colleague"
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
type Skill struct {
	book     *phrase.Book
	language string
}

// New reads the skill's texts.
func New(l phrase.Locale) (skill.Skill, error) {
	book, err := l.Book("person")
	if err != nil {
		return nil, err
	}
	return &Skill{book: book, language: l.Language}, nil
}

// Name implements skill.Skill.
func (*Skill) Name() string { return name }

// Description implements skill.Skill.
func (*Skill) Description() string {
	return "Hands the conversation to a colleague, and says how long the line is."
}

// Intents implements skill.Skill.
func (*Skill) Intents() []string { return []string{Intent} }

// Methods implements skill.Skill.
func (*Skill) Methods() []string {
	return append(colleague.Methods(), contextv1.ContextService_CreateOpenRequest_FullMethodName)
}

// Answer implements skill.Skill.
func (s *Skill) Answer(ctx context.Context, turn skill.Turn) (skill.Reply, error) {
	switch turn.Intent {
	case skill.Refused:
		return s.say("not_wanted", nil)
	case skill.Unsure:
		offer, err := Offer()
		if err != nil {
			return skill.Reply{}, err
		}
		reply, err := s.say("offer", nil)
		reply.Offer = offer
		return reply, err
	case skill.AgreedAgain, skill.RefusedAfter:
		return s.again(ctx, turn)
	case skill.Offering:
		return s.instead(ctx, turn)
	default:
		return s.handOver(ctx, turn)
	}
}

// standing in the line, as the customer is told.
type standing struct {
	colleague.Place
	// Queued says that there is a line at all. Again says that the customer stood in it before.
	Queued, Again bool
	// Hours in which people are there; empty when nobody has said.
	Hours string
}

// handOver keeps why before it asks for a person, so that whoever is asked finds it, however soon that is.
func (s *Skill) handOver(ctx context.Context, turn skill.Turn) (skill.Reply, error) {
	task, err := colleague.Standing(ctx, turn.Peers, turn.ConversationID)
	if err != nil {
		return skill.Reply{}, err
	}
	if task != nil && colleague.AskedBefore(task, turn.Now) {
		return s.tell(ctx, turn, task, true)
	}
	if err := s.keepWhy(ctx, turn); err != nil {
		return skill.Reply{}, err
	}
	task, err = turn.Desk.Ask(ctx, turn.Peers, turn.WishForPerson("CUSTOMER_ASKED"))
	if err != nil {
		return skill.Reply{}, err
	}
	return s.tell(ctx, turn, task, false)
}

func (s *Skill) keepWhy(ctx context.Context, turn skill.Turn) error {
	return colleague.KeepRequest(ctx, turn.Peers, &contextv1.CreateOpenRequestRequest{
		RequestId: turn.RequestID("person"), ConversationId: turn.ConversationID, MessageId: turn.MessageID,
		Kind: contextv1.OpenRequest_KIND_NEEDS_PERSON, Summary: "Asked to talk to a person.",
	})
}

func (s *Skill) tell(ctx context.Context, turn skill.Turn, task *routingv1.Task, again bool) (skill.Reply, error) {
	place := standing{Queued: task != nil, Again: again, Hours: turn.Desk.Hours[s.language]}
	if task != nil {
		var err error
		if place.Place, err = colleague.PlaceOf(ctx, turn.Peers, task); err != nil {
			return skill.Reply{}, err
		}
	}
	key := "person"
	if !turn.Alone {
		key = "person_too"
	}
	return s.say(key, place)
}

// again is what is said to more words after a yes.
func (s *Skill) again(ctx context.Context, turn skill.Turn) (skill.Reply, error) {
	task, err := colleague.Standing(ctx, turn.Peers, turn.ConversationID)
	switch {
	case err != nil:
		return skill.Reply{}, err
	case task == nil:
		return s.say("asked", nil)
	default:
		return s.tell(ctx, turn, task, true)
	}
}

// instead of offering a person to who waits for one already.
func (s *Skill) instead(ctx context.Context, turn skill.Turn) (skill.Reply, error) {
	task, err := colleague.Standing(ctx, turn.Peers, turn.ConversationID)
	if err == nil && task == nil {
		err = skill.ErrNotMine
	}
	if err != nil {
		return skill.Reply{}, err
	}
	return s.say("noted", nil)
}

func (s *Skill) say(key string, data any) (skill.Reply, error) {
	text, err := s.book.Say(key, data)
	return skill.Reply{Text: text}, err
}
