// Package routing is the domain of bringing work to people: tasks in queues, agents with skills and room, and the offers
// between them. It knows no protobuf and no SQL.
//
// Begin with transitions.go, what may happen to a task, and match.go, who is offered what. transitions.md shows the first
// as a page.
package routing

import (
	"fmt"
	"time"
)

// Prefixes of TypeIDs.
const (
	TaskPrefix         = "task"
	OfferPrefix        = "offer"
	ConversationPrefix = "conversation"
	CustomerPrefix     = "customer"
)

// Priorities of tasks, the highest first.
const (
	LowestPriority  = 1
	UsualPriority   = 5
	HighestPriority = 9
)

// State of a task. The numbers are stored, and those of the proto.
type State int

// The states. Nothing is where a task comes from.
const (
	Nothing State = iota
	Waiting
	Offered
	Accepted
	Completed
	Cancelled
)

func (s State) String() string {
	return nameOf([]string{"nothing", "WAITING", "OFFERED", "ACCEPTED", "COMPLETED", "CANCELLED"}, int(s))
}

// Open says whether the task still wants or has a person.
func (s State) Open() bool { return s == Waiting || s.Held() }

// Held says whether the task takes up room of an agent.
func (s State) Held() bool { return s == Offered || s == Accepted }

// Task is a conversation that wants a person.
type Task struct {
	Tenant         string
	ID             string
	ConversationID string
	CustomerID     string
	Queue          string
	Skills         []string // sorted
	Channel        string
	Priority       int
	State          State
	// Agent who has it; who had it, when it is COMPLETED.
	Agent string
	// OfferID of the offer that stands or was accepted.
	OfferID         string
	OfferExpireTime time.Time // zero unless OFFERED
	// HandoffReason in UPPER_SNAKE_CASE.
	HandoffReason string
	// CreateTime is its place in the line, which it keeps.
	CreateTime time.Time
	UpdateTime time.Time
	CloseTime  time.Time
	// Sequence of its newest step among all steps of the conversation's tasks: the etag, and the number of the event.
	Sequence int64
}

// Etag of the task as it is now.
func (t Task) Etag() string { return fmt.Sprintf("s%d", t.Sequence) }

// Place of a task in the line.
type Place struct {
	Priority   int
	CreateTime time.Time
	ID         string
}

// Place of the task among those that wait.
func (t Task) Place() Place { return Place{t.Priority, t.CreateTime, t.ID} }

// Before says whether the place comes first: by priority, then by time, then by id.
func (p Place) Before(other Place) bool {
	if p.Priority != other.Priority {
		return p.Priority > other.Priority
	}
	if !p.CreateTime.Equal(other.CreateTime) {
		return p.CreateTime.Before(other.CreateTime)
	}
	return p.ID < other.ID
}

// Step is one entry of a task's history.
type Step struct {
	Sequence int64
	Event    Event
	From, To State
	// Agent to whom it was offered, or with whom it was; empty when there was none.
	Agent     string
	Principal string
	Time      time.Time
}

// Queue is a kind of work.
type Queue struct {
	Tenant          string
	Name            string
	Skills          []string // sorted
	DefaultPriority int
	OfferTimeout    time.Duration // 0: as the policy says
	Revision        int64
	CreateTime      time.Time
	UpdateTime      time.Time
	Waiting         int64 // how many of its tasks wait; only read
}

// Etag of the queue as it is now.
func (q Queue) Etag() string { return fmt.Sprintf("r%d", q.Revision) }

func nameOf(names []string, n int) string {
	if n < 0 || n >= len(names) {
		return fmt.Sprintf("number %d", n)
	}
	return names[n]
}
