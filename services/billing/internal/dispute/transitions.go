package dispute

import (
	"slices"

	"github.com/parleyhq/parley/services/billing/internal/invoice"
	"github.com/parleyhq/parley/services/billing/internal/ledger"
)

// Transition is one rule: from a state, by an event, if the guard lets it, to a state; and all that goes with it. Whatever
// has no rule does not happen.
type Transition struct {
	From  State
	Event Event
	By    []Actor
	Guard Guard
	Clock ClockWork
	To    State
	// Ledger is the transaction posted, Bill the line that the customer's next invoice carries for it.
	Ledger ledger.Kind
	Bill   invoice.AdjustmentKind
	// Lines says what becomes of the right to dispute the lines.
	Lines LineWork
	Tells Tale
	Why   string
}

// Transitions are the rules of disputes, all of them. Everything in a row happens in one transaction, or nothing.
//
// The service runs this table (desk.go), transitions.md shows it (`go test -run Page -write` renders it anew), and
// transitions_test.go tries every state with every event and every actor against it.
var Transitions = []Transition{
	{
		From: Nothing, Event: Opening, By: []Actor{Customer, Staff}, Guard: recentCharges, Clock: setsBoth,
		To: Open, Ledger: ledger.ProvisionalCredit, Bill: invoice.Credit, Lines: taken, Tells: DisputeOpened,
		Why: "Who is billed for what they did not order should not pay while others look into it.",
	},
	{
		From: Open, Event: Reminder, By: []Actor{Clock}, Guard: remindTimeCame, Clock: leavesBoth,
		To: Open, Tells: DisputeReminderDue,
		Why: "A deadline that nobody thinks of is missed.",
	},
	{
		From: Open, Event: Deadline, By: []Actor{Clock}, Guard: deadlineCame, Clock: leavesBoth,
		To: Overdue, Tells: DisputeOverdue,
		Why: "Silence decides nothing. To take the credit back would make the customer pay for our being late; to grant it " +
			"would let a full inbox give money away. So the credit stays as it is, staff are alerted, and decide late.",
	},
	{
		From: Open, Event: Upholding, By: []Actor{Staff}, Guard: newestEtag, Clock: cancelsBoth,
		To: Upheld, Ledger: ledger.MadePermanent, Tells: DisputeDecided,
		Why: "The customer has the credit already: nothing is billed for it.",
	},
	{
		From: Open, Event: Rejecting, By: []Actor{Staff}, Guard: newestEtagAndReason, Clock: cancelsBoth,
		To: Rejected, Ledger: ledger.Reversed, Bill: invoice.Reversal, Tells: DisputeDecided,
		Why: "The customer is told why. A credit not billed yet and its reversal stand on the same invoice and cancel.",
	},
	{
		From: Open, Event: Withdrawal, By: []Actor{Customer, Staff}, Guard: newestEtag, Clock: cancelsBoth,
		To: Withdrawn, Ledger: ledger.Reversed, Bill: invoice.Reversal, Lines: released, Tells: DisputeWithdrawn,
		Why: "What was taken back was not decided, so the lines may be disputed anew.",
	},
	{
		From: Overdue, Event: Upholding, By: []Actor{Staff}, Guard: newestEtag, Clock: leavesBoth,
		To: Upheld, Ledger: ledger.MadePermanent, Tells: DisputeDecided,
		Why: "A late decision is as good as one in time.",
	},
	{
		From: Overdue, Event: Rejecting, By: []Actor{Staff}, Guard: newestEtagAndReason, Clock: leavesBoth,
		To: Rejected, Ledger: ledger.Reversed, Bill: invoice.Reversal, Tells: DisputeDecided,
		Why: "A late decision is as good as one in time.",
	},
	{
		From: Overdue, Event: Withdrawal, By: []Actor{Customer, Staff}, Guard: newestEtag, Clock: leavesBoth,
		To: Withdrawn, Ledger: ledger.Reversed, Bill: invoice.Reversal, Lines: released, Tells: DisputeWithdrawn,
		Why: "The customer need not wait for us to be done.",
	},
}

// rule finds the transition of an event, or ErrClosed.
func rule(from State, event Event) (Transition, error) {
	for _, t := range Transitions {
		if t.From == from && t.Event == event {
			return t, nil
		}
	}
	return Transition{}, &ClosedError{State: from}
}

// ClockWork says what a transition does to the two durable timers of a dispute.
type ClockWork int

const (
	leavesBoth ClockWork = iota
	setsBoth
	cancelsBoth
)

func (c ClockWork) String() string {
	return nameOf([]string{"", "sets both timers", "cancels both timers"}, int(c))
}

// LineWork says what a transition does to the lines of the invoice.
type LineWork int

const (
	untouched LineWork = iota
	taken
	released
)

func (l LineWork) String() string {
	return nameOf([]string{"", "no other dispute may have them", "may be disputed anew"}, int(l))
}

// Tale is an event on the bus.
type Tale int

// The tales; each is a message of parley.events.v1.
const (
	DisputeOpened Tale = iota + 1
	DisputeReminderDue
	DisputeOverdue
	DisputeDecided
	DisputeWithdrawn
)

func (t Tale) String() string {
	names := []string{"", "DisputeOpened", "DisputeReminderDue", "DisputeOverdue", "DisputeDecided", "DisputeWithdrawn"}
	return nameOf(names, int(t))
}

// Follow says where a trail leads by the rules; ErrActor or ClosedError when a step of it had no right to happen.
func Follow(trail []Step) (State, error) {
	state := Nothing
	for _, step := range trail {
		t, err := rule(state, step.Event)
		if err != nil {
			return state, err
		}
		if !slices.Contains(t.By, step.By.Actor) || step.From != t.From || step.To != t.To {
			return state, ErrActor
		}
		state = t.To
	}
	return state, nil
}
