package inbox

import (
	"context"
	"errors"
	"time"

	"github.com/parleyhq/parley/adapters/channel"
)

// ErrNoLetter means that the tenant has no such dead letter.
var ErrNoLetter = errors.New("no such dead letter")

// How long things are kept.
const (
	// KeepKeys is a day more than vendors redeliver for.
	KeepKeys    = 8 * 24 * time.Hour
	KeepBodies  = 7 * 24 * time.Hour
	KeepLetters = 30 * 24 * time.Hour
)

// Row is one event of the inbox.
type Row struct {
	// ID is a TypeID, `inbound_...`: rows are recorded in its order.
	ID      string
	Tenant  string
	Account string
	// Lane names (account, sender) without telling who the sender is.
	Lane string
	Kind string
	// Key is the keyed hash of (account, kind, external id, discriminator).
	Key []byte
	// Sealed is the event, under the account's key.
	Sealed []byte
	// WebhookID is where it came from.
	WebhookID string
	// Trace is the W3C traceparent of the request that brought it.
	Trace string
	// Time is when the request came in, by our clock.
	Time time.Time
	// Event is what Sealed holds, while it is still in memory.
	Event *channel.Event
}

// Webhook is one request of a vendor: its body, and headers that parsing it again may need.
type Webhook struct {
	// ID is a TypeID, `webhook_...`.
	ID      string
	Tenant  string
	Account string
	// CustomerID is whose key Sealed is under; the account's while it is empty. Sealed is empty when the customer was erased.
	CustomerID string
	Sealed     []byte
	// Several says that it may hold what more than one person said: it has events of several senders, or an unreadable part.
	Several bool
	Time    time.Time
	Rows    []Row
	// Letter says that a part of it, or the whole, could not be read; nil when all could.
	Letter *Letter
	// BodyKey is the keyed hash of the body, when there is a letter: a redelivery makes no second one.
	BodyKey []byte
}

// Letter is a dead letter: a webhook that could not be parsed, or an event of which could not be recorded.
type Letter struct {
	// ID is a TypeID, `letter_...`.
	ID      string
	Tenant  string
	Account string
	// WebhookID is where its body is. A webhook has one letter at most.
	WebhookID string
	// Reason in UPPER_SNAKE_CASE; Detail without content.
	Reason, Detail string
	Time           time.Time
}

// Recorded is a row that the timeline has, and whom it concerns; nobody if that is not known.
type Recorded struct{ RowID, CustomerID string }

// Buried is a row that will never be recorded as it is, and the letter that says so.
type Buried struct {
	RowID  string
	Letter Letter
}

// Accepted is what waits of the rows of a write. Known rows are part of it because an earlier write of theirs may have been
// durable and yet have failed for all that its caller could see: nobody was told to record them then.
type Accepted struct {
	// Fresh are the rows that wait because of this write.
	Fresh []Row
	// Lanes are those of rows that waited before it.
	Lanes []string
}

// Store keeps the inbox. Every change is durable when it returns nil.
type Store interface {
	// Commit keeps the webhook, its letter, and those of its rows whose key is not known yet, in one write, and tells accepted
	// what waits once it is durable, before it returns. A webhook that brings nothing new is not kept.
	Commit(ctx context.Context, w Webhook, accepted func(Accepted)) error
	// WaitingLanes lists lanes with waiting rows, ascending, after the given one.
	WaitingLanes(ctx context.Context, after string, limit int) ([]string, error)
	// Waiting lists a lane's waiting rows, oldest first.
	Waiting(ctx context.Context, lane string, limit int) ([]Row, error)
	// Settle says what became of rows: recorded, or buried.
	Settle(ctx context.Context, recorded []Recorded, buried []Buried) error

	// Letters lists a tenant's letters after the id, oldest first; of one account when it is not empty.
	Letters(ctx context.Context, tenant, account, after string, limit int) ([]Letter, error)
	// Letter reads one and its webhook, without rows. ErrNoLetter.
	Letter(ctx context.Context, tenant, id string) (Letter, Webhook, error)
	// Replay lets the rows wait that are not recorded yet, and takes the letter away unless it is kept for what is still
	// unreadable. ErrNoLetter.
	Replay(ctx context.Context, tenant, id string, rows []Row, keep bool, accepted func(Accepted)) error
	// Erase destroys the letter and its webhook. ErrNoLetter.
	Erase(ctx context.Context, tenant, id string) error

	// Claimable lists webhooks under their account's key of which a recorded row told the customer, and which hold nobody else's
	// words, the oldest of those that came at this time or later first. CustomerID is that customer.
	Claimable(ctx context.Context, since time.Time, limit int) ([]Webhook, error)
	// Claim keeps CustomerID and Sealed.
	Claim(ctx context.Context, webhooks []Webhook) error
	// DropUnclaimed forgets webhooks under their account's key that are not claimable, once all their rows are recorded, and
	// says how many. Those with a letter stay.
	DropUnclaimed(ctx context.Context) (int, error)
	// PurgeInbox forgets what is older than it is kept for. Waiting rows stay, and with a letter its body and the keys of what
	// was recorded of it: it may still be replayed.
	PurgeInbox(ctx context.Context, now time.Time) error
}
