package conversation

import (
	"context"
	"fmt"
	"time"

	"github.com/parleyhq/parley/mesh/clock"
	"github.com/parleyhq/parley/mesh/typeid"
)

// OpenRequest is something that a customer asked for and that nobody has done yet. Kind is numbered as
// parley.context.v1.OpenRequest.Kind.
type OpenRequest struct {
	ID     string
	Tenant string
	// ConversationID in which it was asked; empty when in none.
	ConversationID string
	CustomerID     string
	Kind           int
	// MessageID in which it was asked; empty when in none.
	MessageID  string
	Summary    Sealed
	CreateTime time.Time
}

// NeedsPerson is the kind of what wants a person in a conversation: it is done when the person is.
const NeedsPerson = 2

// Wanted is an open request and its summary in words.
type Wanted struct {
	OpenRequest
	Words string
}

// Requests keeps what is still to be done.
type Requests struct {
	store Store
	vault Vault
	clock clock.Clock
}

// NewRequests over a store.
func NewRequests(s Store, v Vault, clk clock.Clock) *Requests {
	return &Requests{store: s, vault: v, clock: clk}
}

// Create keeps a request, once. It is the customer's of the conversation, or of the customer when it was asked in none.
func (q *Requests) Create(ctx context.Context, reach Reach, request Request, asked Wanted) (Wanted, error) {
	customerID, err := q.whose(ctx, reach, asked)
	if err != nil {
		return Wanted{}, err
	}
	o := asked.OpenRequest
	o.ID, o.Tenant, o.CustomerID, o.CreateTime = typeid.New(RequestPrefix), reach.Tenant, customerID, q.clock()
	if o.Summary, err = q.vault.seal(ctx, o.CustomerID, partSummary, o.ID, []byte(asked.Words)); err != nil {
		return Wanted{}, err
	}
	request.Payload = q.vault.requestKey(reach.Tenant, request.Payload)
	var id string
	err = q.store.Write(ctx, func(ctx context.Context, tx Tx) error {
		id, err = tx.Once(ctx, request, func() (string, error) { return o.ID, tx.InsertOpenRequest(ctx, o) })
		return err
	})
	if err != nil {
		return Wanted{}, fmt.Errorf("keeping an open request of %s: %w", customerID, err)
	}
	kept, err := q.store.OpenRequest(ctx, reach.Tenant, id)
	if err != nil {
		return Wanted{}, err
	}
	return q.open(ctx, kept)
}

// whose request it is: the customer must be within reach, and the message one of the conversation's.
func (q *Requests) whose(ctx context.Context, reach Reach, asked Wanted) (customerID string, err error) {
	if asked.ConversationID == "" && asked.MessageID != "" {
		return "", ErrMessageNotFound
	}
	if asked.ConversationID == "" {
		if !reach.covers(asked.CustomerID) {
			return "", ErrCustomerNotFound
		}
		return asked.CustomerID, nil
	}
	c, err := conversationWithin(ctx, q.store, reach, asked.ConversationID)
	if err != nil || asked.MessageID == "" {
		return c.CustomerID, err
	}
	m, err := q.store.Message(ctx, reach.Tenant, asked.MessageID)
	if err == nil && m.ConversationID != c.ID {
		err = ErrMessageNotFound
	}
	return c.CustomerID, err
}

// List the requests of a customer, or of everybody within reach when the customer is empty, oldest first.
func (q *Requests) List(ctx context.Context, reach Reach, customerID string, after Mark, limit int) ([]Wanted, error) {
	if customerID == "" {
		customerID = reach.CustomerID
	}
	if !reach.covers(customerID) {
		return nil, ErrCustomerNotFound
	}
	requests, err := q.store.OpenRequests(ctx, reach.Tenant, customerID, after, limit)
	if err != nil {
		return nil, err
	}
	wanted := make([]Wanted, len(requests))
	for i, o := range requests {
		if wanted[i], err = q.open(ctx, o); err != nil {
			return nil, err
		}
	}
	return wanted, nil
}

func (q *Requests) open(ctx context.Context, o OpenRequest) (Wanted, error) {
	words, err := q.vault.open(ctx, o.CustomerID, partSummary, o.ID, o.Summary)
	return Wanted{OpenRequest: o, Words: string(words)}, err
}
