package dispute

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/parleyhq/parley/mesh/seal"
	"github.com/parleyhq/parley/services/billing/internal/invoice"
)

// Words are what people wrote about a dispute, and the number printed on the invoice.
type Words struct {
	InvoiceNumber  string
	Reason         string // the customer's
	DecisionReason string // shown to the customer
}

// Vault seals words under the customer's own key, bound to their dispute: moved to another they do not open. It does I/O,
// so it is never asked inside a write.
type Vault struct{ keeper *seal.Keeper }

// NewVault over the keeper of keys.
func NewVault(k *seal.Keeper) Vault { return Vault{keeper: k} }

func openingAt(d Dispute) string  { return "billing.disputes/opening/" + d.ID }
func decisionAt(d Dispute) string { return "billing.disputes/decision/" + d.ID }

// sealedOpening is what is sealed when a dispute is opened.
type sealedOpening struct {
	InvoiceNumber string `json:"invoice_number"`
	Reason        string `json:"reason"`
}

func (v Vault) sealOpening(ctx context.Context, d Dispute, w Words) ([]byte, error) {
	plain, err := json.Marshal(sealedOpening{InvoiceNumber: w.InvoiceNumber, Reason: w.Reason})
	if err != nil {
		return nil, err
	}
	return v.seal(ctx, d, plain, openingAt(d))
}

func (v Vault) sealDecision(ctx context.Context, d Dispute, reason string) ([]byte, error) {
	return v.seal(ctx, d, []byte(reason), decisionAt(d))
}

func (v Vault) seal(ctx context.Context, d Dispute, plain []byte, at string) ([]byte, error) {
	sealed, err := v.keeper.Seal(ctx, seal.Customer(d.CustomerID), plain, at)
	if errors.Is(err, seal.ErrDestroyed) {
		return nil, invoice.ErrCustomerErased
	}
	return sealed, err
}

// open gives the words back; none of a person who was erased.
func (v Vault) open(ctx context.Context, d Dispute) (Words, error) {
	plain, err := v.keeper.Open(ctx, seal.Customer(d.CustomerID), d.OpeningWords, openingAt(d))
	if errors.Is(err, seal.ErrDestroyed) {
		return Words{}, nil
	}
	if err != nil {
		return Words{}, fmt.Errorf("open the words of %s: %w", d.ID, err)
	}
	var opening sealedOpening
	if err := json.Unmarshal(plain, &opening); err != nil {
		return Words{}, fmt.Errorf("read the words of %s: %w", d.ID, err)
	}
	words := Words{InvoiceNumber: opening.InvoiceNumber, Reason: opening.Reason}
	if d.DecisionWords == nil {
		return words, nil
	}
	plain, err = v.keeper.Open(ctx, seal.Customer(d.CustomerID), d.DecisionWords, decisionAt(d))
	if err != nil && !errors.Is(err, seal.ErrDestroyed) {
		return Words{}, fmt.Errorf("open the decision of %s: %w", d.ID, err)
	}
	words.DecisionReason = string(plain)
	return words, nil
}
