package invoice

import (
	"context"
	"errors"

	"github.com/parleyhq/parley/services/billing/internal/calendar"
)

var (
	// ErrNotFound is the answer about an invoice that the tenant does not have.
	ErrNotFound = errors.New("no such invoice")
	// ErrNumberTaken is the answer when an invoice of the number is there already.
	ErrNumberTaken = errors.New("an invoice of the number is there already")
)

// Store keeps invoices. Whatever it is given of a tenant's is never seen by another tenant. A customer's invoices have one
// order: by the day they were issued, those of one day by id. invoicetest.TestStore is its contract.
type Store interface {
	// Get reads an invoice, or ErrNotFound.
	Get(ctx context.Context, tenant, id string) (Invoice, error)
	// Numbered reads the invoices of these numbers, by number; those that are not there are left out.
	Numbered(ctx context.Context, tenant string, numbers []string) (map[string]Invoice, error)
	// List reads a customer's invoices, newest first, at most limit.
	List(ctx context.Context, tenant, customerID string, which Selection, limit int) ([]Invoice, error)
	// Add keeps all of the invoices, or none and ErrNumberTaken.
	Add(ctx context.Context, tenant string, invoices []Invoice) error
}

// Selection says which of a customer's invoices are meant; the zero Selection means all.
type Selection struct {
	Before   Position // only those before it, when it is set
	Currency string   // only those of this currency, when it is set
}

// Position is the place of an invoice among its customer's.
type Position struct {
	Issued calendar.Date
	ID     string
}

// Position of the invoice among its customer's.
func (i Invoice) Position() Position { return Position{Issued: i.Issued, ID: i.ID} }
