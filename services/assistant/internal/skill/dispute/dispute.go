package dispute

import (
	"context"
	"errors"
	"slices"
	"strings"

	billingv1 "github.com/parleyhq/parley/proto/gen/parley/billing/v1"
	contextv1 "github.com/parleyhq/parley/proto/gen/parley/context/v1"
	"github.com/parleyhq/parley/services/assistant/internal/phrase"
	"github.com/parleyhq/parley/services/assistant/internal/skill"
	"github.com/parleyhq/parley/services/assistant/internal/skill/account"
)

// Open is the intent of a customer who wants a charge disputed.
const Open = "dispute.open"

// Skill opens disputes.
type Skill struct {
	book   *phrase.Book
	teller account.Teller
}

// New reads the skill's texts.
func New(l phrase.Locale) (skill.Skill, error) {
	book, err := l.Book("dispute")
	if err != nil {
		return nil, err
	}
	teller, err := account.NewTeller(l)
	if err != nil {
		return nil, err
	}
	return &Skill{book: book, teller: teller}, nil
}

// Name implements skill.Skill.
func (*Skill) Name() string { return name }

// Description implements skill.Skill.
func (*Skill) Description() string {
	return "Opens a dispute of a charge on the customer's own bill, with a provisional credit, once the customer said yes to it."
}

// Intents implements skill.Skill.
func (*Skill) Intents() []string { return []string{Open} }

// Methods implements skill.Skill.
func (*Skill) Methods() []string {
	return slices.Concat(account.InvoiceMethods(), account.CaseMethods(),
		[]string{billingv1.DisputeService_OpenDispute_FullMethodName})
}

// Answer implements skill.Skill.
func (s *Skill) Answer(ctx context.Context, turn skill.Turn) (skill.Reply, error) {
	reply, err := s.answer(ctx, turn)
	var foreign *account.NotYoursError
	if errors.As(err, &foreign) {
		return s.say("not_yours", foreign, skill.Reply{})
	}
	return reply, err
}

func (s *Skill) answer(ctx context.Context, turn skill.Turn) (skill.Reply, error) {
	if turn.Intent == Open {
		return s.identify(ctx, turn, words(turn))
	}
	if turn.Offer.Kind == kindWhich {
		return s.which(ctx, turn)
	}
	var charge account.Charge
	if err := turn.Offer.Read(&charge); err != nil {
		return skill.Reply{}, err
	}
	switch turn.Intent {
	case skill.Agreed:
		return s.agreed(ctx, turn, charge)
	case skill.Refused:
		return s.say("refused", charge, skill.Reply{Topic: Topic})
	case skill.Unsure:
		return s.propose(ctx, turn, charge, "confirm")
	case skill.AgreedAgain:
		return s.agreedAgain(ctx, turn, charge)
	case skill.RefusedAfter:
		return s.refusedAfter(ctx, turn, charge)
	default:
		return skill.Reply{}, skill.ErrNotMine
	}
}

// words in which the dispute is asked for, or agreed to.
func words(turn skill.Turn) string {
	var all []string
	for _, w := range turn.Said.Wishes {
		if w.Intent == Open || w.Intent == "agree" {
			all = append(all, w.Text)
		}
	}
	return strings.Join(all, " ")
}

// agreedAgain is a yes to what was done on the yes before, perhaps on another channel at the same time.
func (s *Skill) agreedAgain(ctx context.Context, turn skill.Turn, charge account.Charge) (skill.Reply, error) {
	cases, err := account.Cases(ctx, turn)
	if err != nil {
		return skill.Reply{}, err
	}
	if about := account.About(cases, charge); about != nil {
		return s.already(ctx, turn, about)
	}
	return s.propose(ctx, turn, charge, "confirm")
}

// refusedAfter is a no that comes too late to be one. What was done is told; it is undone only if the customer asks for it.
func (s *Skill) refusedAfter(ctx context.Context, turn skill.Turn, charge account.Charge) (skill.Reply, error) {
	cases, err := account.Cases(ctx, turn)
	if err != nil {
		return skill.Reply{}, err
	}
	about := account.About(cases, charge)
	if about == nil {
		return s.say("refused", charge, skill.Reply{Topic: Topic})
	}
	reply, err := s.already(ctx, turn, about)
	if err != nil || !account.IsUndecided(about) {
		return reply, err
	}
	how, err := s.say("withdraw_how", about, skill.Reply{})
	reply.Text += " " + how.Text
	return reply, err
}

// already tells of the case that has the charge.
func (s *Skill) already(ctx context.Context, turn skill.Turn, d *billingv1.Dispute) (skill.Reply, error) {
	state, err := s.teller.State(ctx, turn.Peers, d)
	if err != nil {
		return skill.Reply{}, err
	}
	return s.say("already", state, skill.Reply{Topic: Topic})
}

func (s *Skill) say(key string, data any, reply skill.Reply) (skill.Reply, error) {
	text, err := s.book.Say(key, data)
	reply.Text = text
	return reply, err
}

func forPerson(kind contextv1.OpenRequest_Kind, summary string) *skill.Request {
	return &skill.Request{Kind: kind, Summary: summary}
}
