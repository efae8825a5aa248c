package bill

import (
	"context"
	"embed"
	"fmt"

	"github.com/parleyhq/parley/mesh/fault"
	billingv1 "github.com/parleyhq/parley/proto/gen/parley/billing/v1"
	contextv1 "github.com/parleyhq/parley/proto/gen/parley/context/v1"
	"github.com/parleyhq/parley/services/assistant/internal/phrase"
	"github.com/parleyhq/parley/services/assistant/internal/skill"
	"google.golang.org/grpc/codes"
)

//go:embed texts/en.yaml
var texts embed.FS

// OfferDispute is the kind of the offer that this skill makes.
const OfferDispute = "dispute"

// Topic of the dialogue once this skill has spoken.
const Topic = "bill"

// Skill is the bill question.
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
func (*Skill) Name() string { return "bill" }

// Description implements skill.Skill.
func (*Skill) Description() string {
	return "Explains the customer's newest bill against their own history and offers to dispute what is unusual."
}

// Intents implements skill.Skill.
func (*Skill) Intents() []string {
	return []string{"bill.why", "bill.usual", "bill.lines", "bill.amount", "agree", "refuse"}
}

// Methods implements skill.Skill.
func (*Skill) Methods() []string {
	return []string{billingv1.InvoiceService_CheckInvoice_FullMethodName}
}

// Answer implements skill.Skill.
func (s *Skill) Answer(ctx context.Context, turn skill.Turn) (skill.Reply, error) {
	switch turn.Intent {
	case "agree":
		return s.agreed(turn)
	case "refuse":
		return s.say("refused", nil, skill.Reply{})
	}
	check, err := checkNewest(ctx, turn)
	if fault.Code(err) == codes.NotFound {
		return s.say("no_bill", nil, skill.Reply{Request: &skill.Request{
			Kind:    contextv1.OpenRequest_KIND_NEEDS_PERSON,
			Summary: "Asked about a bill; no invoice is on record for this customer.",
		}})
	}
	if err != nil {
		return skill.Reply{}, fmt.Errorf("check the newest invoice: %w", err)
	}
	return s.explain(check, turn)
}

func checkNewest(ctx context.Context, turn skill.Turn) (*billingv1.InvoiceCheck, error) {
	invoices := billingv1.NewInvoiceServiceClient(turn.Peers)
	answer, err := invoices.CheckInvoice(ctx, &billingv1.CheckInvoiceRequest{CustomerId: turn.CustomerID})
	if err != nil {
		return nil, err
	}
	return answer.GetCheck(), nil
}

// explain answers a question about the bill. Whatever was asked, an unusual charge is named and its dispute offered.
func (s *Skill) explain(check *billingv1.InvoiceCheck, turn skill.Turn) (skill.Reply, error) {
	key := turn.Intent
	if key == "bill.why" && !isHigher(check) {
		key = "bill.as_usual"
	}
	if check.GetComparedInvoiceCount() == 0 && key != "bill.lines" {
		key = "bill.first"
	}
	reply := skill.Reply{Topic: Topic}
	if unusual := mostUnusual(check); unusual != nil {
		reply.Offer = offerToDispute(check.GetInvoice(), unusual, turn)
	}
	return s.say(key, viewOf(check), reply)
}

func (s *Skill) agreed(turn skill.Turn) (skill.Reply, error) {
	if turn.Offer == nil || turn.Offer.Kind != OfferDispute {
		return s.say("agree_to_what", nil, skill.Reply{})
	}
	return s.say("agreed", nil, skill.Reply{Topic: Topic, Request: &skill.Request{
		Kind:    contextv1.OpenRequest_KIND_DISPUTE_CHARGE,
		Summary: turn.Offer.Summary,
	}})
}

func (s *Skill) say(key string, data any, reply skill.Reply) (skill.Reply, error) {
	text, err := s.book.Say(key, data)
	if err != nil {
		return skill.Reply{}, err
	}
	reply.Text = text
	return reply, nil
}

func offerToDispute(invoice *billingv1.Invoice, f *billingv1.Finding, turn skill.Turn) *skill.Offer {
	return &skill.Offer{
		Kind:      OfferDispute,
		InvoiceID: invoice.GetId(),
		Product:   f.GetProduct(),
		LineIDs:   f.GetLineIds(),
		Summary: fmt.Sprintf("Dispute %s (%s) on invoice %s.",
			phrase.Money(f.GetDifference()), f.GetDescription(), invoice.GetNumber()),
		Time: turn.Now,
	}
}
