package conversation

import "time"

// Direction of a message, seen from Parley; numbered as parley.context.v1.Direction.
type Direction int

// Directions.
const (
	Inbound  Direction = 1
	Outbound Direction = 2
)

// Author says who wrote a message; numbered as parley.context.v1.AuthorKind.
type Author int

// Authors. Every inbound message is the customer's.
const (
	Customer    Author = 1
	ByAssistant Author = 2
	ByAgent     Author = 3
)

// ContentKind says what a message is; numbered as parley.context.v1.ContentKind.
type ContentKind int

// Text is what Parley itself writes.
const Text ContentKind = 1

// Content is what a message says.
type Content struct {
	Kind             ContentKind  `json:"kind,omitempty"`
	Text             string       `json:"text,omitempty"`
	VendorKind       string       `json:"vendor_kind,omitempty"`
	Attachments      []Attachment `json:"attachments,omitempty"`
	QuotedExternalID string       `json:"quoted_external_id,omitempty"`
	Forwarded        bool         `json:"forwarded,omitempty"`
	Automatic        bool         `json:"automatic,omitempty"`
	// Thread is nil on channels without threads.
	Thread *Thread `json:"thread,omitempty"`
	// Repeats is the id of the message of ours that this one says again, where else the customer wrote.
	Repeats string `json:"repeats,omitempty"`
}

// Thread holds mails together: an answer takes that of what it answers.
type Thread struct {
	Subject     string   `json:"subject,omitempty"`
	ExternalIDs []string `json:"external_ids,omitempty"`
}

// Attachment is media that the vendor holds.
type Attachment struct {
	Reference string `json:"reference,omitempty"`
	MediaType string `json:"media_type,omitempty"`
	FileName  string `json:"file_name,omitempty"`
}

// Sealed is something that only the customer's key opens. See Vault.
type Sealed []byte

// Message is one message as it is kept: what it says, where it came from and what the vendor calls it are sealed.
type Message struct {
	ID             string
	Tenant         string
	ConversationID string
	CustomerID     string
	// Sequence is the position in the conversation, from 1, without gaps.
	Sequence int64
	// Revision of the conversation at which the message last changed.
	Revision  int64
	Channel   string
	Account   string
	Direction Direction
	Author    Author
	// Assurance says how well the channel vouched for who wrote it; zero for a message from our side.
	Assurance Assurance
	// InReplyTo is the message that this one answers; unique when it is set.
	InReplyTo string

	// Content is empty when the customer deleted the message.
	Content Sealed
	Address Sealed
	// ExternalID is the vendor's id, once known; ExternalKey finds the message by it within the account.
	ExternalID  Sealed
	ExternalKey []byte

	Delivery Delivery
	Reaction Reaction

	OccurredTime time.Time
	CreateTime   time.Time
	EditTime     time.Time
	DeleteTime   time.Time
}

// Reaction is a reader's emoji under a message.
type Reaction struct {
	// Emoji is empty when it was taken back.
	Emoji Sealed
	// Time is zero when nobody ever reacted.
	Time time.Time
}

// edit replaces the content, unless a newer edit or a deletion was here before. Among edits of the same second (vendors
// tell no finer time) the one that comes later wins.
func (m *Message) edit(content Sealed, at time.Time) bool {
	if !m.DeleteTime.IsZero() || at.Before(m.EditTime) {
		return false
	}
	m.Content, m.EditTime = content, at
	return true
}

// remove wipes the content for good.
func (m *Message) remove(at time.Time) bool {
	if !m.DeleteTime.IsZero() {
		return false
	}
	m.Content, m.DeleteTime = nil, at
	return true
}

// react keeps the newest reaction.
func (m *Message) react(emoji Sealed, at time.Time) bool {
	if at.Before(m.Reaction.Time) {
		return false
	}
	m.Reaction = Reaction{Emoji: emoji, Time: at}
	return true
}
