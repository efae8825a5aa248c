// Package ledger is the double-entry book of dispute credits. It knows what is posted, and not when: that stands in the
// transitions of package dispute.
//
// A transaction has two entries that sum to zero: a debit above zero, a credit below. Amounts are int64 in minor units of
// the transaction's currency. What is posted is never changed or deleted; the database refuses it.
package ledger

import (
	"errors"
	"fmt"
	"time"

	"github.com/parleyhq/parley/mesh/typeid"
)

// IDPrefix of transactions' TypeIDs.
const IDPrefix = "ledgertx"

// Account of a tenant and currency. The numbers are stored, and those of the proto.
type Account int

// The accounts.
const (
	// CustomerReceivable is what customers owe, as far as disputes change it.
	CustomerReceivable Account = iota + 1
	// ProvisionalCredits were given until a decision.
	ProvisionalCredits
	// DisputeCreditsGranted are what customers keep: the cost of disputes.
	DisputeCreditsGranted
)

func (a Account) String() string {
	names := []string{"no account", "customer receivable", "provisional credits", "dispute credits granted"}
	return nameOf(names, int(a))
}

// Kind of a transaction. The numbers are stored, and those of the proto.
type Kind int

// The kinds. The zero Kind posts nothing.
const (
	// ProvisionalCredit gives the customer the disputed amount.
	ProvisionalCredit Kind = iota + 1
	// MadePermanent lets the customer keep it.
	MadePermanent
	// Reversed takes it back.
	Reversed
)

func (k Kind) String() string {
	return nameOf([]string{"nothing", "provisional credit", "credit made permanent", "credit reversed"}, int(k))
}

func nameOf(names []string, n int) string {
	if n < 0 || n >= len(names) {
		return fmt.Sprintf("number %d", n)
	}
	return names[n]
}

// posting is what a kind debits and credits.
type posting struct{ debit, credit Account }

var postings = map[Kind]posting{
	ProvisionalCredit: {debit: ProvisionalCredits, credit: CustomerReceivable},
	MadePermanent:     {debit: DisputeCreditsGranted, credit: ProvisionalCredits},
	Reversed:          {debit: CustomerReceivable, credit: ProvisionalCredits},
}

// Sides says which accounts the kind debits and credits.
func (k Kind) Sides() (debit, credit Account) {
	p := postings[k]
	return p.debit, p.credit
}

// Step of a dispute's money that the kind is: the credit is the first, what becomes of it the second. A dispute has each
// step once, by a unique constraint: posted once, and made permanent or reversed once.
func (k Kind) Step() int {
	if k == ProvisionalCredit {
		return 1
	}
	return 2
}

// Transaction is posted whole.
type Transaction struct {
	ID         string
	Kind       Kind
	DisputeID  string
	CustomerID string
	Currency   string // ISO 4217
	PostTime   time.Time
	Entries    []Entry // the debit first
}

// Entry is one side of a transaction.
type Entry struct {
	Account Account
	Amount  int64 // above zero for a debit, below for a credit
}

// ErrUnbalanced is a transaction that must not be posted.
var ErrUnbalanced = errors.New("not two entries that sum to zero")

// New makes the transaction of a kind, of an amount above zero.
func New(kind Kind, disputeID, customerID, currency string, amount int64, now time.Time) Transaction {
	debit, credit := kind.Sides()
	return Transaction{
		ID: typeid.New(IDPrefix), Kind: kind, DisputeID: disputeID, CustomerID: customerID, Currency: currency, PostTime: now,
		Entries: []Entry{{Account: debit, Amount: amount}, {Account: credit, Amount: -amount}},
	}
}

// Validate says whether the transaction is that of its kind, or ErrUnbalanced.
func (t Transaction) Validate() error {
	if len(t.Entries) != 2 || t.Entries[0].Amount <= 0 || t.Entries[0].Amount+t.Entries[1].Amount != 0 {
		return ErrUnbalanced
	}
	if debit, credit := t.Kind.Sides(); t.Entries[0].Account != debit || t.Entries[1].Account != credit || debit == credit {
		return fmt.Errorf("%s does not debit %s and credit %s", t.Kind, t.Entries[0].Account, t.Entries[1].Account)
	}
	return nil
}
