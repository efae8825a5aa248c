package routing

// Event that may happen to a task. The numbers are stored, and those of the proto.
type Event int

// The events.
const (
	Requesting Event = iota + 1
	Offering
	Accepting
	Rejecting
	Expiring
	Withdrawing
	Losing
	Transferring
	Completing
	Cancelling
)

func (e Event) String() string {
	return nameOf([]string{"no event", "request", "offer", "accept", "reject", "expire", "withdraw", "lose", "transfer",
		"complete", "cancel"}, int(e))
}

// Actor is who may do something to a task.
type Actor int

// The actors.
const (
	// Service of Parley, on behalf of a customer or not.
	Service Actor = iota + 1
	Operator
	// Holder is the agent who was offered the task or has it.
	Holder
	// Router is routing itself.
	Router
)

func (a Actor) String() string {
	return nameOf([]string{"nobody", "service", "operator", "its agent", "routing"}, int(a))
}

// Transition is one rule: from a state, by an event, to a state; and all that goes with it. Whatever has no rule does not
// happen.
type Transition struct {
	From  State
	Event Event
	By    []Actor
	To    State
	// Offer says what becomes of the task's offer; nothing when it has none.
	Offer OfferState
	// Agent says what it means for the agent whom the offer is or was before.
	Agent AgentWork
	Tells Tale
	Why   string
}

// Transitions are the rules of tasks, all of them. Everything in a row happens in one transaction, or nothing.
//
// The service runs this table (apply.go), transitions.md shows it (`go test -run Page -write` renders it anew), and
// transitions_test.go tries every state with every event and every actor against it.
var Transitions = []Transition{
	{
		From: Nothing, Event: Requesting, By: []Actor{Service, Operator}, To: Waiting, Tells: TaskRequested,
		Why: "The place in the line is the time of this, for good.",
	},
	{
		From: Waiting, Event: Offering, By: []Actor{Router}, To: Offered,
		Offer: OfferPending, Agent: isGiven, Tells: TaskOffered,
		Why: "An offer takes up room as a task does, so that accepting can never be too much.",
	},
	{
		From: Offered, Event: Accepting, By: []Actor{Holder}, To: Accepted,
		Offer: OfferAccepted, Agent: answers, Tells: TaskAccepted,
		Why: "From here on a person handles the conversation.",
	},
	{
		From: Offered, Event: Rejecting, By: []Actor{Holder}, To: Waiting,
		Offer: OfferRejected, Agent: answersAndIsShunned, Tells: TaskReturned,
		Why: "Who said no is not asked again at once, even if nobody else is there.",
	},
	{
		From: Offered, Event: Expiring, By: []Actor{Router}, To: Waiting,
		Offer: OfferExpired, Agent: ignores, Tells: TaskReturned,
		Why: "A customer does not wait for somebody who does not look. Who ignores several offers in a row is AWAY.",
	},
	{
		From: Offered, Event: Withdrawing, By: []Actor{Router}, To: Waiting,
		Offer: OfferWithdrawn, Tells: TaskReturned,
		Why: "The agent takes no more, is gone, or no longer fits.",
	},
	{
		From: Accepted, Event: Losing, By: []Actor{Router}, To: Waiting,
		Offer: OfferEnded, Tells: TaskReturned,
		Why: "The agent is gone: nobody is stuck with somebody who left. The old place is before all who came later.",
	},
	{
		From: Waiting, Event: Transferring, By: []Actor{Operator}, To: Waiting, Tells: TaskReturned,
		Why: "It was in the wrong queue, or is to go to one agent.",
	},
	{
		From: Offered, Event: Transferring, By: []Actor{Operator}, To: Waiting,
		Offer: OfferWithdrawn, Tells: TaskReturned,
		Why: "As from WAITING. An agent rejects what he does not want.",
	},
	{
		From: Accepted, Event: Transferring, By: []Actor{Holder, Operator}, To: Waiting,
		Offer: OfferEnded, Agent: isDoneAndShunned, Tells: TaskReturned,
		Why: "Who gave it away is not offered it at once.",
	},
	{
		From: Accepted, Event: Completing, By: []Actor{Holder, Operator}, To: Completed,
		Offer: OfferEnded, Agent: isDone, Tells: TaskCompleted,
		Why: "What the customer says next is a new task, if it needs a person.",
	},
	{
		From: Waiting, Event: Cancelling, By: []Actor{Service, Operator}, To: Cancelled, Tells: TaskCancelled,
		Why: "The customer is gone, or needs nobody any more.",
	},
	{
		From: Offered, Event: Cancelling, By: []Actor{Service, Operator}, To: Cancelled,
		Offer: OfferWithdrawn, Tells: TaskCancelled,
		Why: "As from WAITING.",
	},
	{
		From: Accepted, Event: Cancelling, By: []Actor{Service, Operator}, To: Cancelled,
		Offer: OfferEnded, Agent: isDone, Tells: TaskCancelled,
		Why: "The conversation was closed or erased under the agent.",
	},
}

// rule finds the transition of an event, or answers a StateError.
func rule(from State, event Event) (Transition, error) {
	for _, t := range Transitions {
		if t.From == from && t.Event == event {
			return t, nil
		}
	}
	return Transition{}, &StateError{State: from}
}

// AgentWork says what a transition means for the agent.
type AgentWork int

const (
	isUntouched AgentWork = iota
	isGiven
	answers
	answersAndIsShunned
	ignores
	isDone
	isDoneAndShunned
)

func (w AgentWork) String() string {
	return nameOf([]string{
		"", "is idle anew", "has ignored nothing", "has ignored nothing; is not asked again for a while",
		"has ignored one more", "is idle anew", "is idle anew; is not asked again for a while",
	}, int(w))
}

func (w AgentWork) shuns() bool { return w == answersAndIsShunned || w == isDoneAndShunned }

// Tale is an event on the bus.
type Tale int

// The tales; each is a message of parley.events.v1.
const (
	TaskRequested Tale = iota + 1
	TaskOffered
	TaskAccepted
	TaskReturned
	TaskCompleted
	TaskCancelled
)

func (t Tale) String() string {
	return nameOf([]string{"", "TaskRequested", "TaskOffered", "TaskAccepted", "TaskReturned", "TaskCompleted",
		"TaskCancelled"}, int(t))
}
