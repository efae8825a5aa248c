package dispute

import (
	"context"
	"fmt"

	billingv1 "github.com/parleyhq/parley/proto/gen/parley/billing/v1"
	contextv1 "github.com/parleyhq/parley/proto/gen/parley/context/v1"
	"github.com/parleyhq/parley/services/assistant/internal/skill"
	"github.com/parleyhq/parley/services/assistant/internal/skill/account"
	"github.com/parleyhq/parley/services/assistant/internal/understand/entity"
	"google.golang.org/genproto/googleapis/type/date"
	"google.golang.org/genproto/googleapis/type/money"
)

// identify finds on the customer's records the charge that is meant, names it, and asks for a yes. It opens nothing.
func (s *Skill) identify(ctx context.Context, turn skill.Turn, words string) (skill.Reply, error) {
	if numbers := account.Numbers(turn, entity.KindCaseNumber); len(numbers) > 0 {
		d, err := account.Case(ctx, turn, numbers[0])
		if err != nil {
			return skill.Reply{}, err
		}
		return s.already(ctx, turn, d)
	}
	check, err := account.Check(ctx, turn)
	if err != nil {
		return skill.Reply{}, err
	}
	if check == nil {
		return s.say("no_bill", nil, skill.Reply{Topic: Topic, Request: forPerson(contextv1.OpenRequest_KIND_NEEDS_PERSON,
			"Wants to dispute a charge; no invoice is on record for this customer.")})
	}
	invoice, amounts := check.GetInvoice(), account.Amounts(turn)
	charge, found := account.Named(turn, invoice, words)
	if !found && len(amounts) == 0 {
		charge, found = account.Unusual(check)
	}
	switch {
	case !found:
		return s.askWhich(invoice)
	case charge.Misnamed(amounts):
		return s.propose(ctx, turn, charge, "amount_differs")
	default:
		return s.propose(ctx, turn, charge, "confirm")
	}
}

// proposal is what the texts that ask for a yes may say.
type proposal struct {
	account.Charge
	// Named is the amount in the message; nil when it names none, or several.
	Named *money.Money
}

// propose to dispute the charge, unless a case has it already or it is no longer there.
func (s *Skill) propose(ctx context.Context, turn skill.Turn, charge account.Charge, key string) (skill.Reply, error) {
	cases, err := account.Cases(ctx, turn)
	if err != nil {
		return skill.Reply{}, err
	}
	if about := account.About(cases, charge); about != nil {
		return s.already(ctx, turn, about)
	}
	same, err := account.Again(ctx, turn, charge)
	if err != nil {
		return skill.Reply{}, err
	}
	if !same {
		return s.say("not_disputable", charge, skill.Reply{Topic: Topic, Request: wanted(charge)})
	}
	reminder, err := s.book.Say("reminder", charge)
	if err != nil {
		return skill.Reply{}, err
	}
	offer, err := Offer(charge, reminder)
	if err != nil {
		return skill.Reply{}, err
	}
	return s.say(key, proposal{Charge: charge, Named: theOne(account.Amounts(turn), charge.Currency)},
		skill.Reply{Topic: Topic, Offer: offer})
}

func theOne(amounts []entity.Amount, currency string) *money.Money {
	if len(amounts) != 1 || amounts[0].Currency != "" && amounts[0].Currency != currency {
		return nil
	}
	return account.Charge{Minor: amounts[0].Minor, Currency: currency}.Amount()
}

// mostLines of an invoice that a question lists.
const mostLines = 12

// question is what the text that asks for a charge may say.
type question struct {
	Period *date.Date
	Lines  []*billingv1.InvoiceLine
}

// askWhich charge is meant.
func (s *Skill) askWhich(invoice *billingv1.Invoice) (skill.Reply, error) {
	lines := account.Disputable(invoice)
	offer, err := skill.NewOffer(name, kindWhich, invoice.GetNumber())
	if err != nil {
		return skill.Reply{}, err
	}
	offer.Open = true
	return s.say("which", question{Period: invoice.GetPeriodStartDate(), Lines: lines[:min(len(lines), mostLines)]},
		skill.Reply{Topic: Topic, Offer: offer})
}

// which charge of the invoice is the answer to the question for it.
func (s *Skill) which(ctx context.Context, turn skill.Turn) (skill.Reply, error) {
	var number string
	if err := turn.Offer.Read(&number); err != nil {
		return skill.Reply{}, err
	}
	if turn.Intent == skill.Refused {
		return s.say("refused", nil, skill.Reply{Topic: Topic})
	}
	if len(account.Numbers(turn, entity.KindInvoiceNumber)) == 0 {
		turn.Said.Entities = append(turn.Said.Entities, entity.Entity{Kind: entity.KindInvoiceNumber, Number: number})
	}
	check, err := account.Check(ctx, turn)
	if err != nil {
		return skill.Reply{}, err
	}
	if check == nil {
		return skill.Reply{}, fmt.Errorf("invoice %s, of which a charge was asked for: %w", number, skill.ErrNotMine)
	}
	charge, found := account.Named(turn, check.GetInvoice(), turn.Said.Own)
	switch {
	case !found && turn.Intent == skill.Answered:
		return skill.Reply{}, skill.ErrNotMine
	case !found:
		return s.askWhich(check.GetInvoice())
	case charge.Misnamed(account.Amounts(turn)):
		return s.propose(ctx, turn, charge, "amount_differs")
	default:
		return s.propose(ctx, turn, charge, "confirm")
	}
}
