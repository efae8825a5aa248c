package channel

import (
	"time"

	contextv1 "github.com/parleyhq/parley/proto/gen/parley/context/v1"
)

// Kinds of event. The kind is part of an event's key: a vendor gives a message, its edits and its statuses one id.
const (
	KindMessage  = "message"
	KindStatus   = "status"
	KindEdit     = "edit"
	KindDelete   = "delete"
	KindReaction = "reaction"
	KindTyping   = "typing"
	KindCall     = "call"
	KindOptOut   = "opt_out"
	KindOptIn    = "opt_in"
	KindSignIn   = "sign_in"
)

// Event is one thing that a webhook says. (account, Kind, ExternalID, Discriminator) is its key: a redelivery has the
// same one.
type Event struct {
	Kind string
	// ExternalID is the vendor's id of the thing.
	ExternalID string
	// Discriminator tells events of the same kind and id apart: the state of a status, the time of an edit.
	Discriminator string
	// Sender is the customer's address as the vendor names it, also in a status, where it is the recipient. Events of one
	// sender are recorded in order.
	Sender string
	// Channel is complete but for key, account and channel, which the inbox fills in. Nil for status, typing, opt-out and opt-in,
	// which never reach the timeline as they are. A call of the customer's is a message of kind OTHER in the vendor's word `call`;
	// its stages, which the discriminator tells apart, share the message's external id, and the timeline has one entry.
	Channel *contextv1.ChannelEvent
	// Status is set when Kind is KindStatus.
	Status *Status
	// OccurredTime is the vendor's, in UTC; the time of arrival when the vendor gives none. The inbox takes one that cannot be,
	// later than the arrival or before 1970, for the time of arrival. Nothing is allowed by it, and messages stand in the order in
	// which they came; but of the edits of one message, and of the reactions to it, the latest by this time is what stands.
	OccurredTime time.Time
}

// Status is what the vendor says of a message that we sent.
type Status struct {
	ExternalID string
	// MessageRef is our Outgoing.DeliveryID when the vendor echoes it; empty otherwise.
	MessageRef string
	State      contextv1.DeliveryState
	// Reason is why it failed, in UPPER_SNAKE_CASE.
	Reason string
	Time   time.Time
}
