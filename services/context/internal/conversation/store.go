package conversation

import (
	"context"
	"errors"
	"time"
)

// What a store answers when there is no such thing, and what the rules forbid.
var (
	ErrConversationNotFound = errors.New("no such conversation")
	ErrMessageNotFound      = errors.New("no such message")
	ErrCustomerNotFound     = errors.New("no such customer")
	ErrRequestNotFound      = errors.New("no such open request")
	ErrConversationClosed   = errors.New("the conversation is closed")
	ErrHandlerChanged       = errors.New("somebody else handles the conversation now")
	ErrNotYours             = errors.New("the agent does not handle the conversation")
	ErrNoAddress            = errors.New("the customer has not written in this conversation")
	ErrCustomerErased       = errors.New("the customer was erased")
	ErrContended            = errors.New("others kept changing the same message")
)

// Store keeps conversations. All that is read and written is of one tenant.
type Store interface {
	Reader
	// Write runs fn in one transaction that stands alone: nothing that it read has changed when it commits. It may run fn
	// more than once, so fn has no effect but through the Tx. When Write answers nil, everything is durable.
	Write(ctx context.Context, fn func(ctx context.Context, tx Tx) error) error
	// Watch gives a channel that holds a token whenever an event of the conversation was committed in this process since
	// the last token was taken. The watcher calls stop when it is done.
	Watch(conversationID string) (changed <-chan struct{}, stop func())
	// WatchTenant is the same for all conversations of the tenant.
	WatchTenant(tenant string) (changed <-chan struct{}, stop func())
}

// Reader reads. Lists are in the order named, of at most limit.
type Reader interface {
	// Conversation by id, or ErrConversationNotFound.
	Conversation(ctx context.Context, tenant, id string) (Conversation, error)
	// Conversations that changed before the mark, the last changed first. The zero mark is behind everything.
	Conversations(ctx context.Context, tenant string, which Selection, before Mark, limit int) ([]Conversation, error)
	// ChangedConversations behind the mark, the first changed first.
	ChangedConversations(ctx context.Context, tenant string, after Mark, limit int) ([]Conversation, error)
	// Message by id, or ErrMessageNotFound.
	Message(ctx context.Context, tenant, id string) (Message, error)
	// Messages of these ids, in any order; missing ones are left out.
	Messages(ctx context.Context, tenant string, ids []string) ([]Message, error)
	// MessageByExternalKey finds a message by what the vendor calls it, or ErrMessageNotFound.
	MessageByExternalKey(ctx context.Context, tenant, account string, key []byte) (Message, error)
	// Answer is the message that answers the given one, or ErrMessageNotFound.
	Answer(ctx context.Context, tenant, messageID string) (Message, error)
	// Waiting changes for a message that has not come yet, by the time they occurred.
	Waiting(ctx context.Context, tenant, account string, externalKey []byte) ([]Change, error)
	// NewestInbound message of the conversation of a sender who is vouched for so well or better (0 asks nothing), or
	// ErrMessageNotFound.
	NewestInbound(ctx context.Context, tenant, conversationID string, atLeast Assurance) (Message, error)
	// NewestOfCustomer is the customer's own newest message in any conversation, likewise, or ErrMessageNotFound.
	NewestOfCustomer(ctx context.Context, tenant, customerID string, atLeast Assurance) (Message, error)
	// NewestElsewhere is the customer's own newest message on another channel, of an address that the channel vouched for, or
	// ErrMessageNotFound.
	NewestElsewhere(ctx context.Context, tenant, customerID, channel string) (Message, error)
	// ConversationMessages with a sequence above `after`, by sequence.
	ConversationMessages(ctx context.Context, tenant, conversationID string, after int64, limit int) ([]Message, error)
	// ChangedMessages with a revision above `after`, by revision.
	ChangedMessages(ctx context.Context, tenant, conversationID string, after int64, limit int) ([]Message, error)
	// NewestMessages with the customer, in whatever conversation, newest first.
	NewestMessages(ctx context.Context, tenant, customerID string, limit int) ([]Message, error)
	// CustomerMessages behind the mark, oldest first; of one channel account when it is not empty.
	CustomerMessages(ctx context.Context, tenant, customerID, account string, after Mark, limit int) ([]Message, error)
	// OpenRequests of the customer (empty: of all) behind the mark that are not done, oldest first.
	OpenRequests(ctx context.Context, tenant, customerID string, after Mark, limit int) ([]OpenRequest, error)
	// OpenRequest by id.
	OpenRequest(ctx context.Context, tenant, id string) (OpenRequest, error)
}

// Selection of conversations; what is zero does not select.
type Selection struct {
	CustomerID string
	Handler    Handler
	State      State
}

// State of a conversation; numbered as parley.context.v1.Conversation.State.
type State int

// States.
const (
	StateOpen   State = 1
	StateClosed State = 2
)

// Mark is a place in a list that is ordered by time and then by id. The zero Mark is before everything.
type Mark struct {
	Time time.Time
	ID   string
}

// Tx reads and writes within a transaction.
type Tx interface {
	Reader
	// Recorded is what the event of this key was answered, if it was recorded before.
	Recorded(ctx context.Context, tenant string, key []byte) (Recorded, bool, error)
	KeepRecorded(ctx context.Context, tenant string, key []byte, r Recorded, now time.Time) error

	// OpenConversation is the one that is open with the customer and topic, or ErrConversationNotFound.
	OpenConversation(ctx context.Context, tenant, customerID, topic string) (Conversation, error)
	InsertConversation(ctx context.Context, c Conversation) error
	UpdateConversation(ctx context.Context, c Conversation) error

	// Append keeps a new message, and its conversation as the message leaves it.
	Append(ctx context.Context, c Conversation, m Message) error
	// Change keeps a message that is there already, and its conversation.
	Change(ctx context.Context, c Conversation, m Message) error
	// Wait keeps a change for its message: the newest of each kind, and of each customer no more than `most` in all.
	Wait(ctx context.Context, c Change, most int) error
	DropWaiting(ctx context.Context, tenant, account string, externalKey []byte) error

	InsertOpenRequest(ctx context.Context, r OpenRequest) error
	// Move keeps a conversation as it is now, its messages and open requests, as another customer's: c.CustomerID, for whom they
	// have been sealed anew.
	Move(ctx context.Context, c Conversation, messages []Message, requests []OpenRequest) error
	// KeepMerged notes who a visitor turned out to be.
	KeepMerged(ctx context.Context, tenant, visitor, customerID string) error
	// MergedInto is who the customer turned out to be; empty when they are themselves.
	MergedInto(ctx context.Context, tenant, customerID string) (string, error)
	// HasOpenRequest says whether something of the kind was asked in the conversation and is not done.
	HasOpenRequest(ctx context.Context, tenant, conversationID string, kind int) (bool, error)
	// SettleRequests has those of the kind that were asked in the conversation be done.
	SettleRequests(ctx context.Context, tenant, conversationID string, kind int, now time.Time) error

	// Emit publishes the event once the transaction is committed, and wakes the conversation's watchers.
	Emit(ctx context.Context, e Event) error
	// WakeWhenIdle has Idle.Wake called with the conversation at the given time.
	WakeWhenIdle(ctx context.Context, c Conversation, at time.Time) error
	// Once runs do, unless the same request was made before: then it answers what do answered then.
	Once(ctx context.Context, r Request, do func() (resultID string, err error)) (resultID string, err error)
	// Forget deletes event keys and waiting changes that were kept before the given times, at most so many of each, and
	// says whether there may be more.
	Forget(ctx context.Context, keysBefore, waitingBefore time.Time, most int) (more bool, err error)
	// SweepAt has Sweep.Run called at the given time.
	SweepAt(ctx context.Context, at time.Time) error
}

// Request is a call that has its effect once: see mesh/idempotency.
type Request struct {
	Tenant string
	Method string
	ID     string
	// Payload is everything that was asked; another one under the same id is refused.
	Payload []byte
}

// EventKind says what happened to a message, or to a conversation.
type EventKind int

// Event kinds; each is a message of parley.events.v1.
const (
	MessageRecorded EventKind = iota + 1
	MessagePosted
	MessageChanged
	HandlerChanged
	ConversationClosed
	ConversationMoved
)

// Event is what the rest of Parley is told. It carries ids, not content.
type Event struct {
	Kind EventKind
	// Message it is about, or else the conversation, as it is then; its revision is the event's position among the
	// conversation's events.
	Message      Message
	Conversation Conversation
	Time         time.Time
	// CausationID is the id of the request that caused the event, if it has one.
	CausationID string
	// Assurance says how well the customer is known who made it happen; zero when Parley did.
	Assurance Assurance
}

// About is whose event it is, and its position among the conversation's.
func (e Event) About() (tenant, conversationID string, revision int64) {
	switch e.Kind {
	case HandlerChanged, ConversationClosed, ConversationMoved:
		return e.Conversation.Tenant, e.Conversation.ID, e.Conversation.Revision
	default:
		return e.Message.Tenant, e.Message.ConversationID, e.Message.Revision
	}
}
