package delivery

import (
	"context"
	"errors"
	"time"

	contextv1 "github.com/parleyhq/parley/proto/gen/parley/context/v1"
)

// ErrNone means that there is no such delivery.
var ErrNone = errors.New("no such delivery")

// How long things are kept.
const (
	// KeepSettled is longer than vendors take to tell that a message was read.
	KeepSettled = 90 * 24 * time.Hour
	// KeepEarly is how long a status waits for its message.
	KeepEarly = 8 * 24 * time.Hour
	// KeepHeard is how long it is known that a customer wrote. No service window may be longer; that of seven days is the longest
	// that we know of.
	KeepHeard = 8 * 24 * time.Hour
)

// Delivery is one message, or one part of one, on its way to one address.
type Delivery struct {
	// ID is a TypeID, `delivery_...`: a lane's deliveries are worked in its order.
	ID      string
	Tenant  string
	Account string
	// Lane names (account, recipient) without telling who the recipient is.
	Lane        string
	MessageID   string
	CustomerID  string
	Part, Parts int
	// Payload is address and text, under the customer's key.
	Payload []byte
	Phase   Phase
	State   contextv1.DeliveryState
	Reason  string
	// ExternalKey is the keyed hash of the vendor's id; ExternalID is the id, under the customer's key. Nil until known.
	ExternalKey, ExternalID []byte
	// Attempts counts calls of the vendor; AttemptTime is when the last began. Resends counts those that followed one whose outcome
	// stayed unknown.
	Attempts    int
	AttemptTime time.Time
	Resends     int
	// NextTime is when the next attempt, or the next question about an unknown one, is due.
	NextTime   time.Time
	Trace      string
	CreateTime time.Time
	UpdateTime time.Time
}

// Filter says which deliveries are listed; empty fields do not ask.
type Filter struct{ Account, MessageID string }

// Store keeps deliveries. Every change is durable when it returns nil.
type Store interface {
	// Add keeps deliveries, unless their message has them already.
	Add(ctx context.Context, deliveries []Delivery) error
	// OpenLanes lists an account's lanes with open deliveries, ascending, after the given one.
	OpenLanes(ctx context.Context, account, after string, limit int) ([]string, error)
	// Head is a lane's oldest open delivery. ErrNone.
	Head(ctx context.Context, account, lane string) (Delivery, error)
	// Update reads a delivery, has it changed and writes it, as one step that nobody comes between; change may run more
	// than once, and false leaves the delivery as it was. When it got its ExternalKey, a status that waited for that key is
	// folded in. It answers the delivery as it now is. ErrNone.
	Update(ctx context.Context, id string, now time.Time, change func(*Delivery) bool) (Delivery, error)
	// Find is the delivery of the account with this id or, failing that, this external key. ErrNone.
	Find(ctx context.Context, account, id string, externalKey []byte) (Delivery, error)
	// Await keeps a status for a delivery that will have the key. If one has it by now, nothing is kept and known is true.
	Await(ctx context.Context, account string, externalKey []byte, state contextv1.DeliveryState, reason string, now time.Time) (known bool, err error)
	// List lists a tenant's deliveries after the id, oldest first.
	List(ctx context.Context, tenant string, f Filter, after string, limit int) ([]Delivery, error)

	// Unreported lists messages whose state the timeline does not know, ascending, after the given one.
	Unreported(ctx context.Context, after string, limit int) ([]string, error)
	// Parts lists a message's deliveries by part.
	Parts(ctx context.Context, messageID string) ([]Delivery, error)
	// Reported says that the timeline knows the states of these.
	Reported(ctx context.Context, parts []Delivery) error

	// Suppress and Unsuppress keep what a recipient wants of an account. The address is a keyed hash.
	Suppress(ctx context.Context, account string, address []byte, now time.Time) error
	Unsuppress(ctx context.Context, account string, address []byte) error
	Suppressed(ctx context.Context, account string, address []byte) (bool, error)
	// Heard keeps when a customer last wrote to an account; an earlier time changes nothing. LastHeard is zero for never.
	Heard(ctx context.Context, account string, address []byte, at time.Time) error
	LastHeard(ctx context.Context, account string, address []byte) (time.Time, error)

	// PurgeDeliveries forgets what is older than it is kept for. Open deliveries stay.
	PurgeDeliveries(ctx context.Context, now time.Time) error
}
