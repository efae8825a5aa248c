package customer

import (
	"context"

	"github.com/parleyhq/parley/mesh/clock"
	"github.com/parleyhq/parley/mesh/typeid"
)

// Registry is what can be done with customers. Safe for concurrent use.
type Registry struct {
	store Store
	clock clock.Clock
}

// NewRegistry is the registry of the customers in the store.
func NewRegistry(store Store, clk clock.Clock) *Registry {
	return &Registry{store: store, clock: clk}
}

// Get reads a customer, or ErrNotFound.
func (r *Registry) Get(ctx context.Context, tenant, id string) (Customer, error) {
	return r.store.Get(ctx, tenant, id)
}

// List reads a page of customers, in the order in which they became known, and the id behind which the next page is; empty when
// there is none.
func (r *Registry) List(ctx context.Context, tenant, after string, limit int) (customers []Customer, last string, err error) {
	return r.store.List(ctx, tenant, after, limit)
}

// New is what a customer is made of.
type New struct {
	DisplayName string
	Locale      string
	Handles     []Handle
}

// Create makes a customer once for the request. ErrHandleTaken when somebody holds one of the handles, or one that they
// yield. Nobody vouched for them but whoever has the right to create: their assurance is none.
func (r *Registry) Create(ctx context.Context, tenant string, request Request, n New) (Customer, error) {
	id, err := r.store.Add(ctx, tenant, r.draft(n, AssuranceNone), &request)
	if err != nil {
		return Customer{}, err
	}
	return r.store.Get(ctx, tenant, id)
}

// Link gives a customer one more handle, and the one that it yields. Linking it again changes nothing. ErrHandleTaken when
// another customer holds it.
func (r *Registry) Link(ctx context.Context, tenant, id string, h Handle, assurance Assurance) (Customer, error) {
	now := r.clock()
	if err := r.store.Link(ctx, tenant, id, link(expand(h), assurance, now), now); err != nil {
		return Customer{}, err
	}
	return r.store.Get(ctx, tenant, id)
}

// Merge joins a visitor with the customer who it turned out to be.
func (r *Registry) Merge(ctx context.Context, tenant, id, merged string) (Customer, error) {
	if err := r.store.Merge(ctx, tenant, id, merged, r.clock()); err != nil {
		return Customer{}, err
	}
	return r.store.Get(ctx, tenant, id)
}

func (r *Registry) draft(n New, assurance Assurance) Customer {
	now := r.clock()
	return Customer{
		ID:          typeid.New(IDPrefix),
		DisplayName: n.DisplayName,
		Locale:      n.Locale,
		Handles:     link(expand(n.Handles...), assurance, now),
		CreateTime:  now,
		UpdateTime:  now,
	}
}
