package invoice

import (
	"context"
	"errors"

	"github.com/parleyhq/parley/services/billing/internal/calendar"
	"github.com/parleyhq/parley/services/billing/internal/once"
)

var (
	// ErrNotFound is the answer about an invoice that the tenant does not have.
	ErrNotFound = errors.New("no such invoice")
	// ErrNumberTaken is the answer when an invoice of the number is there already.
	ErrNumberTaken = errors.New("an invoice of the number is there already")
	// ErrCustomerErased is the answer when something is to be kept about a person who was erased.
	ErrCustomerErased = errors.New("the customer was erased")
)

// Store keeps invoices. Whatever it is given of a tenant's is never seen by another tenant. A customer's invoices have one
// order: by the day they were issued, those of one day by id. invoicetest.TestStore is its contract.
type Store interface {
	Books
	// Numbered reads the invoices of these numbers, by number; those that are not there are left out.
	Numbered(ctx context.Context, tenant string, numbers []string) (map[string]Invoice, error)
	// List reads a customer's invoices, newest first, at most limit.
	List(ctx context.Context, tenant, customerID string, which Selection, limit int) ([]Invoice, error)
	// Add keeps all of the invoices, or none and ErrNumberTaken.
	Add(ctx context.Context, tenant string, invoices []Invoice) error
	// Pending reads the adjustments of a customer that no invoice carries, the oldest first: those of the currency, or of
	// all when it is empty, at most limit.
	Pending(ctx context.Context, tenant, customerID, currency string, limit int) ([]Adjustment, error)
	// Issue keeps the invoice and marks the adjustments as carried by it, both or neither, and answers its id; the same
	// request again answers the id of the first time. ErrPendingChanged when another invoice carries one of them already;
	// ErrNumberTaken; ErrCustomerErased.
	Issue(ctx context.Context, request once.Request, tenant string, i Invoice, carried []Adjustment) (string, error)
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
