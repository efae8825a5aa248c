// Package withdraw takes a dispute back when the customer, asked with the case's number and amount, says yes to it.
package withdraw

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/parleyhq/parley/mesh/fault"
	billingv1 "github.com/parleyhq/parley/proto/gen/parley/billing/v1"
	"github.com/parleyhq/parley/services/assistant/internal/phrase"
	"github.com/parleyhq/parley/services/assistant/internal/skill"
	"github.com/parleyhq/parley/services/assistant/internal/skill/account"
	"github.com/parleyhq/parley/services/assistant/internal/understand/entity"
)

const (
	name = "withdraw"
	// Intent of a customer who wants to take a dispute back.
	Intent = "dispute.withdraw"
)

// terms of the offer: the case as it was when it was offered.
type terms struct{ DisputeID, Number, Etag string }

// Skill takes disputes back.
type Skill struct {
	book   *phrase.Book
	teller account.Teller
}

// New reads the skill's texts.
func New(l phrase.Locale) (skill.Skill, error) {
	book, err := l.Book("withdraw")
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
	return "Withdraws one of the customer's own disputes, once the customer said yes to it."
}

// Intents implements skill.Skill.
func (*Skill) Intents() []string { return []string{Intent} }

// Methods implements skill.Skill.
func (*Skill) Methods() []string {
	return slices.Concat(account.CaseMethods(), []string{billingv1.DisputeService_WithdrawDispute_FullMethodName})
}

// Answer implements skill.Skill.
func (s *Skill) Answer(ctx context.Context, turn skill.Turn) (skill.Reply, error) {
	reply, err := s.answer(ctx, turn)
	var foreign *account.NotYoursError
	if errors.As(err, &foreign) {
		return s.say("not_yours", foreign, nil)
	}
	return reply, err
}

func (s *Skill) answer(ctx context.Context, turn skill.Turn) (skill.Reply, error) {
	if turn.Intent == Intent {
		return s.find(ctx, turn)
	}
	var t terms
	if err := turn.Offer.Read(&t); err != nil {
		return skill.Reply{}, err
	}
	switch turn.Intent {
	case skill.Agreed:
		return s.agreed(ctx, turn, t)
	case skill.Refused:
		return s.say("kept", t, nil)
	case skill.Unsure, skill.AgreedAgain, skill.RefusedAfter:
		d, err := account.Case(ctx, turn, t.Number)
		if err != nil {
			return skill.Reply{}, err
		}
		return s.propose(ctx, turn, d)
	default:
		return skill.Reply{}, skill.ErrNotMine
	}
}

// find the case that is meant, and ask for a yes.
func (s *Skill) find(ctx context.Context, turn skill.Turn) (skill.Reply, error) {
	if numbers := account.Numbers(turn, entity.KindCaseNumber); len(numbers) == 1 {
		d, err := account.Case(ctx, turn, numbers[0])
		if err != nil {
			return skill.Reply{}, err
		}
		return s.propose(ctx, turn, d)
	}
	cases, err := account.Cases(ctx, turn)
	if err != nil {
		return skill.Reply{}, err
	}
	switch waiting := account.Undecided(cases); len(waiting) {
	case 0:
		return s.say("none", nil, nil)
	case 1:
		return s.propose(ctx, turn, waiting[0])
	default:
		return s.say("which", waiting, nil)
	}
}

// propose to withdraw the case; one that is decided is told instead.
func (s *Skill) propose(ctx context.Context, turn skill.Turn, d *billingv1.Dispute) (skill.Reply, error) {
	if !account.IsUndecided(d) {
		text, err := s.teller.State(ctx, turn.Peers, d)
		return skill.Reply{Text: text}, err
	}
	offer, err := skill.NewOffer(name, "case", terms{DisputeID: d.GetId(), Number: d.GetNumber(), Etag: d.GetEtag()})
	if err != nil {
		return skill.Reply{}, err
	}
	offer.YesBy = []string{Intent}
	if offer.Reminder, err = s.book.Say("reminder", d); err != nil {
		return skill.Reply{}, err
	}
	return s.say("confirm", d, offer)
}

// agreed withdraws the case if it is as it was when that was offered. The etag is that of the offer, so that a turn that is
// run again asks for the same.
func (s *Skill) agreed(ctx context.Context, turn skill.Turn, t terms) (skill.Reply, error) {
	for _, number := range account.Numbers(turn, entity.KindCaseNumber) {
		if number != t.Number {
			return s.find(ctx, turn)
		}
	}
	response, err := billingv1.NewDisputeServiceClient(turn.Peers).WithdrawDispute(ctx, &billingv1.WithdrawDisputeRequest{
		RequestId: turn.RequestID("withdraw-dispute"), DisputeId: t.DisputeID, Etag: t.Etag,
	})
	if reason := fault.Reason(err); reason == "ETAG_STALE" || reason == "DISPUTE_CLOSED" {
		d, err := account.Case(ctx, turn, t.Number)
		if err != nil {
			return skill.Reply{}, err
		}
		return s.propose(ctx, turn, d)
	}
	if err != nil {
		return skill.Reply{}, fmt.Errorf("withdraw a dispute: %w", err)
	}
	text, err := s.teller.State(ctx, turn.Peers, response.GetDispute())
	return skill.Reply{Text: text, Topic: "dispute"}, err
}

func (s *Skill) say(key string, data any, offer *skill.Offer) (skill.Reply, error) {
	text, err := s.book.Say(key, data)
	return skill.Reply{Text: text, Topic: "dispute", Offer: offer}, err
}
