package routing

import (
	"errors"
	"fmt"
)

// What is not there, and what the rules forbid.
var (
	ErrTaskNotFound     = errors.New("no such task")
	ErrOfferNotFound    = errors.New("no such offer")
	ErrAgentNotFound    = errors.New("no such agent")
	ErrQueueNotFound    = errors.New("no such queue")
	ErrCustomerNotFound = errors.New("no such customer")
	ErrAgentExists      = errors.New("there is an agent of this name")
	ErrQueueExists      = errors.New("there is a queue of this name")
	// ErrStale is the answer when something is not as the caller read it.
	ErrStale        = errors.New("it was changed meanwhile")
	ErrNotYours     = errors.New("another agent has the task, or nobody")
	ErrNotYou       = errors.New("an agent speaks for himself only")
	ErrActor        = errors.New("this is somebody else's to do")
	ErrAgentNotFree = errors.New("the agent is not available, or has no room")
	ErrAgentOffline = errors.New("the agent is offline")
	ErrQueuesFull   = errors.New("as many tasks wait as may")
)

// StateError is the answer when the task's state does not allow what is asked.
type StateError struct{ State State }

func (e *StateError) Error() string { return fmt.Sprintf("the task is %s", e.State) }

// OfferGoneError is the answer when the offer does not stand any more.
type OfferGoneError struct{ State OfferState }

func (e *OfferGoneError) Error() string { return fmt.Sprintf("the offer is %s", e.State) }
