package dispute

import (
	"context"
	"errors"
	"time"

	"github.com/parleyhq/parley/services/billing/internal/calendar"
	"github.com/parleyhq/parley/services/billing/internal/invoice"
	"github.com/parleyhq/parley/services/billing/internal/ledger"
	"github.com/parleyhq/parley/services/billing/internal/once"
)

// What a store answers.
var (
	// ErrNotFound is the answer about a dispute that the tenant does not have.
	ErrNotFound = errors.New("no such dispute")
	// ErrNumberTaken is the answer when another dispute has the case number.
	ErrNumberTaken = errors.New("another dispute has the number")
	// ErrStale is the answer when the dispute is not at the revision before the one to be kept.
	ErrStale = errors.New("the dispute was changed meanwhile")
	// ErrPosted is the answer when the step of the dispute's money was posted before.
	ErrPosted = errors.New("the dispute's money made this step before")
)

// Store keeps disputes and their ledger. All that is read and written is of one tenant. disputetest.TestStore is its
// contract.
type Store interface {
	Reader
	// Write runs fn in one transaction that stands alone: nothing that it read has changed when it commits. It may run fn
	// more than once, so fn has no effect but through the Tx. When Write answers nil, everything is durable.
	Write(ctx context.Context, fn func(ctx context.Context, tx Tx) error) error
}

// Reader reads.
type Reader interface {
	// Dispute by id, its trail included, or ErrNotFound.
	Dispute(ctx context.Context, tenant, id string) (Dispute, error)
	// Numbered is the dispute of a case number, or ErrNotFound.
	Numbered(ctx context.Context, tenant, number string) (Dispute, error)
	// List reads disputes by their due date and id, at most limit.
	List(ctx context.Context, tenant string, which Selection, limit int) ([]Dispute, error)
	// DueByClock are ids of the disputes to which the clock should have done something by now, the longest due first, at
	// most limit; of one customer when one is named.
	DueByClock(ctx context.Context, tenant, customerID string, now time.Time, limit int) ([]string, error)
	// Transactions reads what was posted, the oldest first, at most limit.
	Transactions(ctx context.Context, tenant string, which Postings, limit int) ([]ledger.Transaction, error)
	// Held says which of an invoice's lines disputes have that were not withdrawn, by line id.
	Held(ctx context.Context, tenant, invoiceID string, lineIDs []string) ([]Holder, error)
}

// Tx reads and writes within a transaction.
type Tx interface {
	Reader
	// Insert keeps a new dispute and its trail, and takes its lines. ErrNumberTaken; ErrAlreadyDisputed.
	Insert(ctx context.Context, d Dispute) error
	// Update keeps a dispute's state, words and newest step, which must be the only new one; ErrStale otherwise.
	Update(ctx context.Context, d Dispute) error
	// Release lets others dispute the lines.
	Release(ctx context.Context, d Dispute) error
	// Post keeps a transaction of the ledger, each step of a dispute once; ErrPosted.
	Post(ctx context.Context, tenant string, t ledger.Transaction) error
	// Adjust has the customer's next invoice carry the adjustment.
	Adjust(ctx context.Context, tenant string, a invoice.Adjustment) error
	// SetTimers has Desk.Ring called at the dispute's reminder and deadline.
	SetTimers(ctx context.Context, d Dispute) error
	// CancelTimers of the dispute.
	CancelTimers(ctx context.Context, d Dispute) error
	// Tell publishes what happened last to the dispute, once the transaction is committed.
	Tell(ctx context.Context, tale Tale, d Dispute) error
	// Once runs do, unless the same request was made before: then it answers what do answered then.
	Once(ctx context.Context, r once.Request, do func() (resultID string, err error)) (resultID string, err error)
}

// Selection says which disputes are meant; the zero Selection means all.
type Selection struct {
	CustomerID string  // only this customer's, when it is set
	States     []State // only those in one of them, when there are any
	After      Position
}

// Position is the place of a dispute in a list. The zero Position is before all.
type Position struct {
	DueDate calendar.Date
	ID      string
}

// Position of the dispute in a list.
func (d Dispute) Position() Position { return Position{DueDate: d.DueDate, ID: d.ID} }

// Postings says which transactions are meant: of a dispute, or of a customer.
type Postings struct {
	DisputeID  string
	CustomerID string
	After      Mark
}

// Mark is the place of a transaction in a list. The zero Mark is before all.
type Mark struct {
	Time time.Time
	ID   string
}

// Holder is a dispute that has a line.
type Holder struct {
	LineID, DisputeID, Number string
}
