package conversation

import (
	"strconv"
	"strings"
	"time"
)

// ChannelEvent is one thing that happened on a channel.
type ChannelEvent struct {
	// Key makes the event unique within the account: a redelivery has the same one.
	Key          string
	Channel      string
	Account      string
	OccurredTime time.Time
	// Sender is nil for the Status of a message of ours, and only then.
	Sender *Sender
	What   Happening
}

// Sender is the customer as the channel knows them.
type Sender struct {
	Address string
	// Handles that the vendor vouched for, the identifying one first.
	Handles     []Handle
	DisplayName string
	Assurance   Assurance
}

// Key is the same for senders of whom the same is known.
func (s Sender) Key() string {
	parts := []string{s.DisplayName, strconv.Itoa(int(s.Assurance))}
	for _, h := range s.Handles {
		parts = append(parts, strconv.Itoa(h.Kind), h.Value)
	}
	return strings.Join(parts, "\x00")
}

// Handle is one address or name by which a customer is found; Kind is numbered as parley.identity.v1.HandleKind.
type Handle struct {
	Kind  int
	Value string
}

// Assurance says how well a customer is known; numbered as parley.access.v1.Assurance.
type Assurance int

// Nobody vouched for the customer: the least assurance there is.
const Nobody Assurance = 1

// Happening is one of InboundMessage, Status, Edit, Deletion, Reacted and Identified.
type Happening interface{ happening() }

// InboundMessage is a customer's message.
type InboundMessage struct {
	ExternalID string
	Content    Content
}

// Status says how far a message of ours got, and what the vendor calls it.
type Status struct {
	MessageID  string
	ExternalID string
	Delivery   Delivery
}

// Edit replaces the content of a customer's message.
type Edit struct {
	ExternalID string
	Content    Content
}

// Deletion takes a customer's message back.
type Deletion struct{ ExternalID string }

// Reacted is an emoji put under a message, or taken back when it is empty.
type Reacted struct {
	ExternalID string
	Emoji      string
}

// Identified says who the sender is, whom nobody knew until now.
type Identified struct{ As Sender }

func (InboundMessage) happening() {}
func (Status) happening()         {}
func (Edit) happening()           {}
func (Deletion) happening()       {}
func (Reacted) happening()        {}
func (Identified) happening()     {}

// Recorded is what became of an event.
type Recorded struct {
	CustomerID     string
	ConversationID string
	// MessageID is empty while the event waits for its message.
	MessageID string
}
