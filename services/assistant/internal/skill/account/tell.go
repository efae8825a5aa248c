package account

import (
	"context"
	"fmt"

	billingv1 "github.com/parleyhq/parley/proto/gen/parley/billing/v1"
	"github.com/parleyhq/parley/services/assistant/internal/phrase"
	"github.com/parleyhq/parley/services/assistant/internal/skill"
)

// Teller tells of a case: what it is about, its state, its dates, and what became of the money.
type Teller struct{ book *phrase.Book }

// NewTeller in the language of the locale.
func NewTeller(l phrase.Locale) (Teller, error) {
	book, err := l.Book("account")
	return Teller{book: book}, err
}

// told is what the texts may say of a case.
type told struct {
	*billingv1.Dispute
	// Charge is nil when the invoice cannot be read.
	Charge *Charge
	// Billed says that the credit stands on an invoice already.
	Billed bool
}

// texts by what became of the case.
var keys = map[billingv1.Dispute_State]string{
	billingv1.Dispute_STATE_OPEN:      "open",
	billingv1.Dispute_STATE_OVERDUE:   "overdue",
	billingv1.Dispute_STATE_UPHELD:    "upheld",
	billingv1.Dispute_STATE_REJECTED:  "rejected",
	billingv1.Dispute_STATE_WITHDRAWN: "withdrawn",
}

// State tells how the case stands.
func (t Teller) State(ctx context.Context, peers skill.Peers, d *billingv1.Dispute) (string, error) {
	key, ok := keys[d.GetState()]
	if !ok {
		return "", fmt.Errorf("case %s is in the state %s, of which there is nothing to tell", d.GetId(), d.GetState())
	}
	return t.Say(ctx, peers, key, d)
}

// Opened tells that the case was opened.
func (t Teller) Opened(ctx context.Context, peers skill.Peers, d *billingv1.Dispute) (string, error) {
	return t.Say(ctx, peers, "opened", d)
}

// Say the text of a key about the case.
func (t Teller) Say(ctx context.Context, peers skill.Peers, key string, d *billingv1.Dispute) (string, error) {
	view := told{Dispute: d, Billed: d.GetProvisionalCredit().GetCreditInvoiceId() != ""}
	response, err := billingv1.NewInvoiceServiceClient(peers).GetInvoice(ctx, &billingv1.GetInvoiceRequest{InvoiceId: d.GetInvoiceId()})
	if err != nil {
		return "", fmt.Errorf("read the invoice of case %s: %w", d.GetId(), err)
	}
	if c, ok := ChargeOf(response.GetInvoice(), d.GetLineIds()); ok {
		view.Charge = &c
	}
	return t.book.Say(key, view)
}
