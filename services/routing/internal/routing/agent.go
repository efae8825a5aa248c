package routing

import (
	"fmt"
	"slices"
	"time"
)

// Status of an agent. The numbers are stored, and those of the proto.
type Status int

// The statuses; only AVAILABLE is offered tasks.
const (
	Available Status = iota + 1
	Busy
	Away
	Offline
)

func (s Status) String() string {
	return nameOf([]string{"no status", "AVAILABLE", "BUSY", "AWAY", "OFFLINE"}, int(s))
}

// Cause of a status. The numbers are stored, and those of the proto.
type Cause int

// Who or what set a status.
const (
	ByAgent Cause = iota + 1
	ByOperator
	OffersIgnored
	LeaseEnded
)

// Agent is a person who takes tasks.
type Agent struct {
	Tenant string
	Name   string
	Skills []string // sorted
	// Capacity is how many tasks of a channel the agent has at once; a channel that is not here is not served.
	Capacity map[string]int
	// Load is how many there are now. It is only read: tasks are what is counted.
	Load map[string]int

	Status     Status
	Cause      Cause
	StatusTime time.Time
	// IdleSince is when the agent was last given something, was done with something, or came.
	IdleSince time.Time
	// Ignored is how many offers in a row expired.
	Ignored int
	// OfferSequence rises with every change of an offer of the agent.
	OfferSequence int64
	// LeaseExpireTime is zero when there is no lease.
	LeaseExpireTime time.Time
	// Revision of what the operator decides: skills and capacity.
	Revision   int64
	CreateTime time.Time
	UpdateTime time.Time
}

// Etag of what the operator decided.
func (a Agent) Etag() string { return fmt.Sprintf("r%d", a.Revision) }

// Room is how many more tasks of the channel the agent can have; never below zero.
func (a Agent) Room(channel string) int { return max(0, a.Capacity[channel]-a.Load[channel]) }

// can says whether the agent has all the skills.
func (a Agent) can(skills []string) bool {
	for _, s := range skills {
		if !slices.Contains(a.Skills, s) {
			return false
		}
	}
	return true
}

// load of all channels.
func (a Agent) load() (n int) {
	for _, used := range a.Load {
		n += used
	}
	return n
}

func (a *Agent) set(s Status, c Cause, now time.Time) {
	if s == Available && a.Status != Available {
		a.IdleSince = now
	}
	a.Status, a.Cause, a.StatusTime = s, c, now
	a.Ignored = 0
}
