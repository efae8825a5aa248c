package customer

import (
	"context"
	"errors"
	"time"
)

var (
	// ErrNotFound is the answer about a customer whom the tenant does not have.
	ErrNotFound = errors.New("no such customer")
	// ErrHandleTaken is the answer when another customer holds the handle.
	ErrHandleTaken = errors.New("another customer holds the handle")
	// ErrKnown is the answer when a customer who is somebody of their own is to be merged with another.
	ErrKnown = errors.New("the customer to be merged is known")
)

// Store keeps customers. Whatever it is given of a tenant's is never seen by another tenant. customertest.TestStore is its
// contract.
type Store interface {
	// Get reads a customer, handles in the order in which they were linked, or ErrNotFound.
	Get(ctx context.Context, tenant, id string) (Customer, error)
	// List reads the customers whose id is behind the given one, in the order of their ids, at most limit. Those whose key was
	// destroyed are left out; `last` is the id of the last one looked at, empty when there is no more.
	List(ctx context.Context, tenant, after string, limit int) (customers []Customer, last string, err error)
	// Holders names the customers who hold the handles, in the handles' order; empty where nobody does.
	Holders(ctx context.Context, tenant string, handles []Handle) ([]string, error)
	// Add keeps a new customer with all of its handles, or nothing and ErrHandleTaken. With a request, it does so once: the
	// id is that of the customer whom the request made the first time.
	Add(ctx context.Context, tenant string, c Customer, request *Request) (id string, err error)
	// Link gives a customer the handles, or none of them and ErrHandleTaken. What the customer holds already stays as it
	// is. ErrNotFound when there is no such customer.
	Link(ctx context.Context, tenant, id string, handles []Linked, at time.Time) error
	// Enrich gives a customer those of the handles that nobody holds, and the name if they have none. ErrNotFound when there
	// is no such customer.
	Enrich(ctx context.Context, tenant, id string, handles []Linked, displayName string, at time.Time) error
	// Merge gives the handles of one customer, who is nobody afterwards, to another, and keeps that and what was kept of the former.
	// Once it is done it does nothing. ErrNotFound when either is missing, ErrKnown unless all that is known of the former is a
	// visitor's handle.
	Merge(ctx context.Context, tenant, id, merged string, at time.Time) error
}

// Request is a call that has its effect once, however often it is made.
type Request struct {
	ID string // UUID
	// Payload is all that the caller asked for; another payload under the same id is refused.
	Payload []byte
}
