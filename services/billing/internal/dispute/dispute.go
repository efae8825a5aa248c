// Package dispute is the domain of a customer's word against an invoice: what may happen to a dispute, who may do it, and
// what each step does to the money. It knows no protobuf and no SQL.
//
// Begin with transitions.go: the whole of the rules is its one table, which transitions.md shows as a page.
package dispute

import (
	"fmt"
	"slices"
	"time"

	"github.com/parleyhq/parley/services/billing/internal/calendar"
)

// IDPrefix of disputes' TypeIDs.
const IDPrefix = "dispute"

// State of a dispute. The numbers are stored, and those of the proto.
type State int

// The states. Nothing is where a dispute comes from.
const (
	Nothing State = iota
	Open
	Overdue
	Upheld
	Rejected
	Withdrawn
)

func (s State) String() string {
	return nameOf([]string{"nothing", "OPEN", "OVERDUE", "UPHELD", "REJECTED", "WITHDRAWN"}, int(s))
}

// Event that may happen to a dispute. The numbers are stored, and those of the proto.
type Event int

// The events.
const (
	Opening Event = iota + 1
	Reminder
	Deadline
	Upholding
	Rejecting
	Withdrawal
)

func (e Event) String() string {
	return nameOf([]string{"no event", "open", "remind", "deadline", "uphold", "reject", "withdraw"}, int(e))
}

// Actor is who may do something to a dispute.
type Actor int

// The actors.
const (
	// Customer is a caller who acts on behalf of the customer.
	Customer Actor = iota + 1
	// Staff are operators and agents.
	Staff
	// Clock is the service itself, when a time has come.
	Clock
)

func (a Actor) String() string {
	return nameOf([]string{"nobody", "customer", "staff", "clock"}, int(a))
}

func nameOf(names []string, n int) string {
	if n < 0 || n >= len(names) {
		return fmt.Sprintf("number %d", n)
	}
	return names[n]
}

// By is who does something, and with what right.
type By struct {
	Tenant    string
	Actor     Actor
	Principal string
	// OnBehalfOf is the customer for whom it is done, known as well as Assurance (of the proto) says; empty and 0 for none.
	OnBehalfOf string
	Assurance  int
}

// reaches says whether what belongs to the customer is there for the caller.
func (b By) reaches(customerID string) bool { return b.OnBehalfOf == "" || b.OnBehalfOf == customerID }

// Dispute is what is kept of one. Its words are sealed; see Vault.
type Dispute struct {
	Tenant     string
	ID         string
	Number     string // CL-48210377
	CustomerID string
	InvoiceID  string
	LineIDs    []string // of the invoice, in its order
	Currency   string
	Amount     int64 // of the lines, in minor units, above zero
	State      State
	// Revision counts the transitions; it is the etag.
	Revision int64

	// DueDate is the last day on which a decision is in time. RemindTime and DeadlineTime are when the clock does something
	// to a dispute that is OPEN.
	DueDate      calendar.Date
	RemindTime   time.Time
	DeadlineTime time.Time

	ConversationID string
	MessageID      string
	OpeningWords   []byte
	DecisionWords  []byte // nil when there are none

	Trail      []Step // the oldest first
	CreateTime time.Time
	UpdateTime time.Time
}

// Step is one entry of the audit trail.
type Step struct {
	Event     Event
	From, To  State
	Time      time.Time
	By        By
	RequestID string // empty for the clock
}

// Etag of the dispute as it is now.
func (d Dispute) Etag() string { return fmt.Sprintf("r%d", d.Revision) }

// Decision is the step that decided the dispute, if one did.
func (d Dispute) Decision() (Step, bool) {
	at := slices.IndexFunc(d.Trail, func(s Step) bool { return s.Event == Upholding || s.Event == Rejecting })
	if at < 0 {
		return Step{}, false
	}
	return d.Trail[at], true
}

// reminded says whether staff were reminded.
func (d Dispute) reminded() bool {
	return slices.ContainsFunc(d.Trail, func(s Step) bool { return s.Event == Reminder })
}

// NextByClock is what the clock will do to the dispute next, and when; no event when it is done with it.
func (d Dispute) NextByClock() (Event, time.Time) {
	switch {
	case d.State != Open:
		return 0, time.Time{}
	case !d.reminded():
		return Reminder, d.RemindTime
	default:
		return Deadline, d.DeadlineTime
	}
}

// due says whether the clock has something to do to the dispute now.
func (d Dispute) due(now time.Time) bool {
	event, at := d.NextByClock()
	return event != 0 && !now.Before(at)
}
