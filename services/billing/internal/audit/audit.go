// Package audit holds everything that is kept about the money of disputes against each other: states, trails, ledger,
// adjustments and invoices. It reads; it mends nothing.
package audit

import (
	"context"
	"fmt"
	"time"

	"github.com/parleyhq/parley/mesh/clock"
	"github.com/parleyhq/parley/services/billing/internal/dispute"
	"github.com/parleyhq/parley/services/billing/internal/invoice"
	"github.com/parleyhq/parley/services/billing/internal/ledger"
)

// MaxMismatches that a report names. It counts them all.
const MaxMismatches = 1000

// Store reads what is kept.
type Store interface {
	// Files are those behind the dispute's id, by id, at most limit, all of them as of one moment.
	Files(ctx context.Context, tenant, after string, limit int) ([]File, error)
	// Balances of all accounts, and the ids of transactions whose entries stand in the ledger without them, as of one moment.
	Balances(ctx context.Context, tenant string) (balances []Balance, strays []string, err error)
}

// File is everything kept under the id of one dispute.
type File struct {
	DisputeID string
	Dispute   *dispute.Dispute // nil when there is none
	Posted    []ledger.Transaction
	Adjusted  []Adjusted
}

// Adjusted is an adjustment, the invoice that is said to carry it, and the lines of all invoices that are it.
type Adjusted struct {
	invoice.Adjustment
	Reference string
	InvoiceID string
	Lines     []BilledLine
}

// BilledLine is a line of an invoice.
type BilledLine struct {
	InvoiceID string
	Amount    int64
}

// Balance is the sum of an account's entries.
type Balance struct {
	Account  ledger.Account
	Currency string
	Amount   int64
}

// Kind of a mismatch. The numbers are those of the proto.
type Kind int

// The kinds.
const (
	Unbalanced Kind = iota + 1
	EntriesNotOfState
	AdjustmentsNotOfState
	NotAsBilled
	WithoutDispute
	StateNotOfTrail
)

// Mismatch is something that is not as it must be.
type Mismatch struct {
	Kind          Kind
	DisputeID     string
	TransactionID string
	Detail        string
}

// Report of a reconciliation.
type Report struct {
	Time                                time.Time
	Disputes, Transactions, Adjustments int
	Balances                            []Balance
	MismatchCount                       int
	Mismatches                          []Mismatch // the first MaxMismatches
}

func (r *Report) add(m Mismatch) {
	r.MismatchCount++
	if len(r.Mismatches) < MaxMismatches {
		r.Mismatches = append(r.Mismatches, m)
	}
}

// Auditor reconciles.
type Auditor struct {
	store Store
	clock clock.Clock
}

// New auditor of a store.
func New(s Store, clk clock.Clock) *Auditor { return &Auditor{store: s, clock: clk} }

// Reconcile looks at everything of the tenant's, a few disputes at a time: what is written meanwhile is seen before or after,
// never half.
func (a *Auditor) Reconcile(ctx context.Context, tenant string) (Report, error) {
	const batch = 200
	report := Report{Time: a.clock()}
	after := ""
	for {
		files, err := a.store.Files(ctx, tenant, after, batch)
		if err != nil {
			return Report{}, err
		}
		for _, f := range files {
			report.look(f)
		}
		if len(files) < batch {
			break
		}
		after = files[len(files)-1].DisputeID
	}
	balances, strays, err := a.store.Balances(ctx, tenant)
	if err != nil {
		return Report{}, err
	}
	report.sum(balances)
	for _, id := range strays {
		report.add(Mismatch{Kind: Unbalanced, TransactionID: id, Detail: "entries of a transaction that is not there"})
	}
	return report, nil
}

// sum looks at whether the accounts of each currency sum to zero.
func (r *Report) sum(balances []Balance) {
	r.Balances = balances
	sums := map[string]int64{}
	var currencies []string
	for _, b := range balances {
		if _, known := sums[b.Currency]; !known {
			currencies = append(currencies, b.Currency)
		}
		sums[b.Currency] += b.Amount
	}
	for _, currency := range currencies {
		if sum := sums[currency]; sum != 0 {
			r.add(Mismatch{Kind: Unbalanced, Detail: fmt.Sprintf("the ledger sums to %d minor units of %s", sum, currency)})
		}
	}
}
