// Package status tells how the customer's own dispute cases stand: the one that the message names, or else those that wait
// for a decision, or else the newest.
package status

import (
	"context"
	"errors"
	"strings"

	billingv1 "github.com/parleyhq/parley/proto/gen/parley/billing/v1"
	"github.com/parleyhq/parley/services/assistant/internal/phrase"
	"github.com/parleyhq/parley/services/assistant/internal/skill"
	"github.com/parleyhq/parley/services/assistant/internal/skill/account"
	"github.com/parleyhq/parley/services/assistant/internal/understand/entity"
)

// mostCases are told of in one answer.
const mostCases = 3

// Skill tells how cases stand.
type Skill struct {
	book   *phrase.Book
	teller account.Teller
}

// New reads the skill's texts.
func New(l phrase.Locale) (skill.Skill, error) {
	book, err := l.Book("status")
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
func (*Skill) Name() string { return "status" }

// Description implements skill.Skill.
func (*Skill) Description() string {
	return "Tells how the customer's own dispute cases stand, and by when they will be decided."
}

// Intents implements skill.Skill.
func (*Skill) Intents() []string { return []string{"dispute.status"} }

// Methods implements skill.Skill.
func (*Skill) Methods() []string { return account.CaseMethods() }

// Answer implements skill.Skill.
func (s *Skill) Answer(ctx context.Context, turn skill.Turn) (skill.Reply, error) {
	cases, err := s.asked(ctx, turn)
	var foreign *account.NotYoursError
	if errors.As(err, &foreign) {
		text, err := s.book.Say("not_yours", foreign)
		return skill.Reply{Text: text}, err
	}
	if err != nil {
		return skill.Reply{}, err
	}
	if len(cases) == 0 {
		text, err := s.book.Say("none", nil)
		return skill.Reply{Text: text}, err
	}
	told := make([]string, len(cases))
	for i, d := range cases {
		if told[i], err = s.teller.State(ctx, turn.Peers, d); err != nil {
			return skill.Reply{}, err
		}
	}
	return skill.Reply{Text: strings.Join(told, "\n\n"), Topic: "dispute"}, nil
}

// asked are the cases that the customer asks about.
func (s *Skill) asked(ctx context.Context, turn skill.Turn) ([]*billingv1.Dispute, error) {
	if numbers := account.Numbers(turn, entity.KindCaseNumber); len(numbers) > 0 {
		var cases []*billingv1.Dispute
		for _, number := range numbers[:min(len(numbers), mostCases)] {
			d, err := account.Case(ctx, turn, number)
			if err != nil {
				return nil, err
			}
			cases = append(cases, d)
		}
		return cases, nil
	}
	cases, err := account.Cases(ctx, turn)
	if err != nil {
		return nil, err
	}
	if waiting := account.Undecided(cases); len(waiting) > 0 {
		return waiting[:min(len(waiting), mostCases)], nil
	}
	return cases[:min(len(cases), 1)], nil
}
