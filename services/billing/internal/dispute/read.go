package dispute

import (
	"context"

	"github.com/parleyhq/parley/services/billing/internal/invoice"
	"github.com/parleyhq/parley/services/billing/internal/ledger"
)

// Case is a dispute in full: with its words in clear, and the invoices that carry its credit and the reversal of it, empty
// while none does. The words of a person who was erased are empty, too.
type Case struct {
	Dispute
	Words
	CreditInvoiceID, ReversalInvoiceID string
}

// Get reads a dispute, or ErrNotFound.
func (k *Desk) Get(ctx context.Context, by By, id string) (Case, error) {
	d, err := k.store.Dispute(ctx, by.Tenant, id)
	return k.read(ctx, by, d, err)
}

// Numbered reads the dispute of a case number, or ErrNotFound.
func (k *Desk) Numbered(ctx context.Context, by By, number string) (Case, error) {
	d, err := k.store.Numbered(ctx, by.Tenant, number)
	return k.read(ctx, by, d, err)
}

func (k *Desk) read(ctx context.Context, by By, d Dispute, err error) (Case, error) {
	if err == nil && !by.reaches(d.CustomerID) {
		err = ErrNotFound
	}
	if err != nil {
		return Case{}, err
	}
	if d.due(k.now()) {
		if err := k.Ring(ctx, d.Tenant, d.ID); err != nil {
			return Case{}, err
		}
		if d, err = k.store.Dispute(ctx, d.Tenant, d.ID); err != nil {
			return Case{}, err
		}
	}
	cases, err := k.open(ctx, by.Tenant, []Dispute{d})
	if err != nil {
		return Case{}, err
	}
	return cases[0], nil
}

// List reads disputes by their due date, the first due first.
func (k *Desk) List(ctx context.Context, tenant string, which Selection, limit int) ([]Case, error) {
	if err := k.ringAll(ctx, tenant, which.CustomerID); err != nil {
		return nil, err
	}
	disputes, err := k.store.List(ctx, tenant, which, limit)
	if err != nil {
		return nil, err
	}
	return k.open(ctx, tenant, disputes)
}

// Transactions reads what was posted, the oldest first. ErrNotFound about a dispute that is not there for the caller.
func (k *Desk) Transactions(ctx context.Context, by By, which Postings, limit int) ([]ledger.Transaction, error) {
	if which.DisputeID != "" {
		d, err := k.store.Dispute(ctx, by.Tenant, which.DisputeID)
		if err == nil && !by.reaches(d.CustomerID) {
			err = ErrNotFound
		}
		if err != nil {
			return nil, err
		}
	}
	return k.store.Transactions(ctx, by.Tenant, which, limit)
}

// open the words of disputes, and find what invoices carry of them.
func (k *Desk) open(ctx context.Context, tenant string, disputes []Dispute) ([]Case, error) {
	if len(disputes) == 0 {
		return nil, nil
	}
	var references []string
	for _, d := range disputes {
		references = append(references, invoice.Reference(d.ID, invoice.Credit), invoice.Reference(d.ID, invoice.Reversal))
	}
	billed, err := k.books.Billed(ctx, tenant, references)
	if err != nil {
		return nil, err
	}
	cases := make([]Case, len(disputes))
	for at, d := range disputes {
		words, err := k.vault.open(ctx, d)
		if err != nil {
			return nil, err
		}
		cases[at] = Case{
			Dispute: d, Words: words,
			CreditInvoiceID:   billed[invoice.Reference(d.ID, invoice.Credit)],
			ReversalInvoiceID: billed[invoice.Reference(d.ID, invoice.Reversal)],
		}
	}
	return cases, nil
}
