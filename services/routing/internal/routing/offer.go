package routing

import "time"

// OfferState says what became of an offer. The numbers are stored, and those of the proto.
type OfferState int

// The states of an offer.
const (
	OfferPending OfferState = iota + 1
	OfferAccepted
	OfferRejected
	OfferExpired
	OfferWithdrawn
	// OfferEnded was accepted, and the agent no longer has the task.
	OfferEnded
)

func (s OfferState) String() string {
	return nameOf([]string{"", "PENDING", "ACCEPTED", "REJECTED", "EXPIRED", "WITHDRAWN", "ENDED"}, int(s))
}

// Offer is a task before one agent.
type Offer struct {
	Tenant     string
	ID         string
	TaskID     string
	Agent      string
	State      OfferState
	CreateTime time.Time
	ExpireTime time.Time
	UpdateTime time.Time
	// Sequence is the agent's OfferSequence at the last change.
	Sequence int64
}
