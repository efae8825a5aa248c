package bill

import (
	"context"
	"errors"
	"slices"

	billingv1 "github.com/parleyhq/parley/proto/gen/parley/billing/v1"
	contextv1 "github.com/parleyhq/parley/proto/gen/parley/context/v1"
	"github.com/parleyhq/parley/services/assistant/internal/phrase"
	"github.com/parleyhq/parley/services/assistant/internal/skill"
	"github.com/parleyhq/parley/services/assistant/internal/skill/account"
	"github.com/parleyhq/parley/services/assistant/internal/skill/dispute"
)

// Topic of the dialogue once this skill has spoken.
const Topic = "bill"

// Skill is the bill question.
type Skill struct {
	book *phrase.Book
}

// New reads the skill's texts.
func New(l phrase.Locale) (skill.Skill, error) {
	book, err := l.Book("bill")
	if err != nil {
		return nil, err
	}
	return &Skill{book: book}, nil
}

// Name implements skill.Skill.
func (*Skill) Name() string { return "bill" }

// Description implements skill.Skill.
func (*Skill) Description() string {
	return "Explains the customer's bill against their own history and offers to dispute what is unusual."
}

// Intents implements skill.Skill.
func (*Skill) Intents() []string {
	return []string{"bill.why", "bill.usual", "bill.lines", "bill.amount"}
}

// Methods implements skill.Skill.
func (*Skill) Methods() []string {
	return slices.Concat(account.InvoiceMethods(), account.CaseMethods())
}

// Answer implements skill.Skill.
func (s *Skill) Answer(ctx context.Context, turn skill.Turn) (skill.Reply, error) {
	check, err := account.Check(ctx, turn)
	var foreign *account.NotYoursError
	if errors.As(err, &foreign) {
		return s.say("not_yours", foreign, skill.Reply{})
	}
	if err != nil {
		return skill.Reply{}, err
	}
	if check == nil {
		return s.say("no_bill", nil, skill.Reply{Request: &skill.Request{
			Kind:    contextv1.OpenRequest_KIND_NEEDS_PERSON,
			Summary: "Asked about a bill; no invoice is on record for this customer.",
		}})
	}
	return s.explain(ctx, check, turn)
}

// view is what the texts may say of a check.
type view struct {
	*billingv1.InvoiceCheck
	// Higher than usual.
	Higher bool
	// Unusual is the charge that makes most of the difference; nil when none makes the bill higher.
	Unusual *billingv1.Finding
	// Charge to be disputed; nil when the unusual one is none, or is disputed already.
	Charge *account.Charge
	// Case that has the charge already; nil when none has. Undecided says that it waits for a decision.
	Case      *billingv1.Dispute
	Undecided bool
}

// mostLines of a bill are listed in a message.
const mostLines = 15

// Shown are the lines that are listed.
func (v view) Shown() []*billingv1.InvoiceLine {
	lines := v.GetInvoice().GetLines()
	return lines[:min(len(lines), mostLines)]
}

// NotShown is how many more there are.
func (v view) NotShown() int { return len(v.GetInvoice().GetLines()) - len(v.Shown()) }

// explain answers a question about the bill. Whatever was asked, an unusual charge is named and its dispute offered.
func (s *Skill) explain(ctx context.Context, check *billingv1.InvoiceCheck, turn skill.Turn) (skill.Reply, error) {
	v := view{
		InvoiceCheck: check, Unusual: account.MostUnusual(check),
		Higher: check.GetComparedInvoiceCount() > 0 && account.Minor(check.GetDifference()) > 0,
	}
	reply := skill.Reply{Topic: Topic}
	if charge, ok := account.Unusual(check); ok {
		cases, err := account.Cases(ctx, turn)
		if err != nil {
			return skill.Reply{}, err
		}
		if v.Case = account.About(cases, charge); v.Case == nil {
			v.Charge = &charge
			if reply.Offer, err = s.offer(charge); err != nil {
				return skill.Reply{}, err
			}
		} else {
			v.Undecided = account.IsUndecided(v.Case)
		}
	}
	return s.say(keyOf(turn.Intent, v), v, reply)
}

func keyOf(intent string, v view) string {
	switch {
	case v.GetComparedInvoiceCount() == 0 && intent != "bill.lines":
		return "bill.first"
	case intent == "bill.why" && !v.Higher:
		return "bill.as_usual"
	default:
		return intent
	}
}

func (s *Skill) offer(charge account.Charge) (*skill.Offer, error) {
	reminder, err := s.book.Say("reminder", charge)
	if err != nil {
		return nil, err
	}
	return dispute.Offer(charge, reminder)
}

func (s *Skill) say(key string, data any, reply skill.Reply) (skill.Reply, error) {
	text, err := s.book.Say(key, data)
	reply.Text = text
	return reply, err
}
