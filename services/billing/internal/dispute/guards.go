package dispute

import (
	"errors"
	"fmt"
	"time"

	"github.com/parleyhq/parley/services/billing/internal/calendar"
	"github.com/parleyhq/parley/services/billing/internal/invoice"
)

// What a guard answers. LineError and ClosedError say more.
var (
	ErrLineNotFound    = errors.New("the invoice has no such line")
	ErrNotDisputable   = errors.New("the line is no charge")
	ErrAlreadyDisputed = errors.New("the line is in a dispute that was not withdrawn")
	ErrInvoiceTooOld   = errors.New("the invoice is too old to be disputed")
	ErrReasonRequired  = errors.New("to reject a dispute needs a reason")
	ErrEtagStale       = errors.New("the dispute has changed since it was read")
	ErrNotYet          = errors.New("the time has not come")
	ErrActor           = errors.New("the caller may not do this to a dispute")
)

// LineError says with which line something is wrong, and which dispute has it already.
type LineError struct {
	LineID string
	Holder Holder
	Err    error
}

func (e *LineError) Error() string { return fmt.Sprintf("line %s: %v", e.LineID, e.Err) }

// Unwrap gives what is wrong with it.
func (e *LineError) Unwrap() error { return e.Err }

// ClosedError is the answer to an event that has no rule in a state.
type ClosedError struct{ State State }

func (e *ClosedError) Error() string { return "the dispute is " + e.State.String() }

// Asked is what a guard looks at.
type Asked struct {
	Dispute Dispute
	Now     time.Time
	Etag    string
	Reason  string
	// Of an opening: the lines, the day their invoice was issued, how many days ago that may be, which day it is, and who
	// has the lines already.
	Lines         []invoice.Line
	Issued, Today calendar.Date
	Oldest        int
	Held          []Holder
}

// Guard lets a transition happen, or says why not.
type Guard struct {
	Name  string
	Says  string
	Check func(Asked) error
}

var (
	recentCharges = Guard{
		"recent charges, undisputed",
		"The lines are charges (above zero, no line of a dispute) of the customer's own invoice, which is not too old, and " +
			"no dispute that was not withdrawn has one of them.",
		checkCharges,
	}
	remindTimeCame = Guard{"its day has begun", "The day of the reminder has begun, and there was none before.", func(a Asked) error {
		if a.Dispute.reminded() || a.Now.Before(a.Dispute.RemindTime) {
			return ErrNotYet
		}
		return nil
	}}
	deadlineCame = Guard{"the due date is over", "The due date is over in the tenant's zone.", func(a Asked) error {
		if a.Now.Before(a.Dispute.DeadlineTime) {
			return ErrNotYet
		}
		return nil
	}}
	newestEtag          = Guard{"newest etag", "The etag is the newest.", checkEtag}
	newestEtagAndReason = Guard{"newest etag, a reason", "The etag is the newest, and a reason is given.", func(a Asked) error {
		if a.Reason == "" {
			return ErrReasonRequired
		}
		return checkEtag(a)
	}}
)

func checkEtag(a Asked) error {
	if a.Etag != a.Dispute.Etag() {
		return ErrEtagStale
	}
	return nil
}

func checkCharges(a Asked) error {
	if a.Today.DaysSince(a.Issued) > a.Oldest {
		return ErrInvoiceTooOld
	}
	for _, line := range a.Lines {
		if line.Amount <= 0 || line.Product == invoice.CreditProduct || line.Product == invoice.ReversalProduct {
			return &LineError{LineID: line.ID, Err: ErrNotDisputable}
		}
	}
	if a.Dispute.Amount > invoice.MaxAmount {
		return invoice.ErrTooLarge
	}
	for _, holder := range a.Held {
		return &LineError{LineID: holder.LineID, Holder: holder, Err: ErrAlreadyDisputed}
	}
	return nil
}
