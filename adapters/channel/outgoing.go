package channel

import (
	"context"
	"fmt"
	"time"
)

// Outgoing is one message, or one part of a long one, on its way to one address.
type Outgoing struct {
	// DeliveryID is our reference, unique per delivery and the same in every attempt. It is given to the vendor wherever
	// the vendor echoes one, or takes an idempotency key.
	DeliveryID string
	MessageID  string
	// To is the recipient's address.
	To   string
	Text string
	// QuotedExternalID is the vendor's id of the message that this one answers; empty when it quotes none.
	QuotedExternalID string
	// Thread is where it belongs, on channels with threads; nil when it begins one.
	Thread *Thread
	// Part of Parts, from 1.
	Part, Parts int
}

// Thread is what came before a message, on a channel that holds together what belongs together.
type Thread struct {
	Subject string
	// ExternalIDs are the vendor's of the messages so far, oldest first; the last is the one that is answered.
	ExternalIDs []string
}

// Attempt is a call of the vendor whose outcome is unknown.
type Attempt struct {
	// Began is when, by our clock.
	Began time.Time
	// Known says whether the vendor's id is that of another message of ours: this attempt did not make it.
	Known func(ctx context.Context, externalID string) (bool, error)
}

// SendResult is what the vendor said when it accepted a message.
type SendResult struct {
	// ExternalID is the vendor's id of the message.
	ExternalID string
}

// Outcome is what became of an attempt.
type Outcome int

const (
	// OutcomeUnknown means that the vendor cannot tell.
	OutcomeUnknown Outcome = iota
	// OutcomeSent means that the vendor has it.
	OutcomeSent
	// OutcomeNotSent means that the vendor vouches that it does not have it; it is sent again.
	OutcomeNotSent
)

func (o Outcome) String() string {
	switch o {
	case OutcomeSent:
		return "sent"
	case OutcomeNotSent:
		return "not sent"
	case OutcomeUnknown:
		return "unknown"
	default:
		return fmt.Sprintf("outcome %d", int(o))
	}
}
