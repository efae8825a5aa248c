package conversation

import "time"

// ChangeKind says what a Change does.
type ChangeKind int

// Change kinds.
const (
	ChangeEdit ChangeKind = iota + 1
	ChangeDeletion
	ChangeReaction
)

// Change is an edit, a deletion or a reaction, on its way to its message or waiting for it.
type Change struct {
	ID          string
	Tenant      string
	Account     string
	ExternalKey []byte
	// CustomerID is who changed it. A change by anybody but the customer of the message changes nothing.
	CustomerID string
	Kind       ChangeKind
	// Sealed is the new content or the emoji, bound to BoundTo: the message, or this change while it waits.
	Sealed       Sealed
	BoundTo      string
	OccurredTime time.Time
	// WaitTime is when it began to wait.
	WaitTime time.Time
}

// allows says whether the change may touch the message: it is the customer's own conversation and, but for reactions,
// the customer's own message.
func (c Change) allows(m Message) bool {
	return c.CustomerID == m.CustomerID && (c.Kind == ChangeReaction || m.Direction == Inbound)
}

// apply changes the message and says whether anything is different now.
func (c Change) apply(m *Message) bool {
	switch c.Kind {
	case ChangeEdit:
		return m.edit(c.Sealed, c.OccurredTime)
	case ChangeDeletion:
		return m.remove(c.OccurredTime)
	case ChangeReaction:
		return m.react(c.Sealed, c.OccurredTime)
	default:
		return false
	}
}
