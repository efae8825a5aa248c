// Package invoice is the domain of what a customer was billed: invoices whose lines sum to their totals, and the check of
// one against those before it. It knows no protobuf and no SQL.
//
// Money is int64 in minor units (cents of a dollar, yen) of the invoice's currency, never a float.
package invoice

import (
	"errors"
	"slices"
	"strconv"
	"time"

	"github.com/parleyhq/parley/services/billing/internal/calendar"
)

// IDPrefix of invoices' TypeIDs.
const IDPrefix = "invoice"

// Limits of an invoice. With them, no sum over an invoice or over those it is compared with overflows an int64.
const (
	MaxLines  = 1000
	MaxAmount = 100_000_000_000_000 // minor units, either sign
)

// Invoice is what a customer was billed for one period, in one currency.
type Invoice struct {
	ID          string
	CustomerID  string
	Number      string // printed on it, unique per tenant
	Currency    string // ISO 4217
	PeriodStart calendar.Date
	Issued      calendar.Date
	Due         calendar.Date // zero when it has none
	Lines       []Line
	Total       int64
	CreateTime  time.Time
}

// Line is one charge of an invoice, or a credit.
type Line struct {
	ID          string // unique within the invoice
	Product     string // the same from month to month
	Description string // what the customer reads
	Amount      int64  // negative for a credit
}

var (
	// ErrUnbalanced is an invoice whose lines do not sum to its total.
	ErrUnbalanced = errors.New("the lines do not sum to the total")
	// ErrTooLarge is an invoice beyond MaxLines or MaxAmount.
	ErrTooLarge = errors.New("the invoice is beyond what can be summed")
	// ErrLineIDs is an invoice with two lines of one id.
	ErrLineIDs = errors.New("two lines have the same id")
)

// NumberLines gives every line without an id its place in the invoice as one: `1`, `2`, ...
func (i *Invoice) NumberLines() {
	for at := range i.Lines {
		if i.Lines[at].ID == "" {
			i.Lines[at].ID = strconv.Itoa(at + 1)
		}
	}
}

// Validate says what is wrong with the invoice: ErrTooLarge, ErrLineIDs or ErrUnbalanced.
func (i Invoice) Validate() error {
	if len(i.Lines) > MaxLines || tooLarge(i.Total) {
		return ErrTooLarge
	}
	ids := map[string]bool{}
	var sum int64
	for _, line := range i.Lines {
		if tooLarge(line.Amount) {
			return ErrTooLarge
		}
		if ids[line.ID] {
			return ErrLineIDs
		}
		ids[line.ID] = true
		sum += line.Amount
	}
	if sum != i.Total {
		return ErrUnbalanced
	}
	return nil
}

func tooLarge(amount int64) bool { return amount > MaxAmount || amount < -MaxAmount }

// Same says whether both say the same to the same customer, whenever they came here.
func (i Invoice) Same(other Invoice) bool {
	return i.CustomerID == other.CustomerID &&
		i.Number == other.Number &&
		i.Currency == other.Currency &&
		i.PeriodStart == other.PeriodStart &&
		i.Issued == other.Issued &&
		i.Due == other.Due &&
		i.Total == other.Total &&
		slices.Equal(i.Lines, other.Lines)
}
