package invoice

import (
	"context"

	"github.com/parleyhq/parley/mesh/clock"
)

// Registry is what can be done with invoices. Safe for concurrent use.
type Registry struct {
	store   Store
	clock   clock.Clock
	compare int
}

// NewRegistry is the registry of the invoices in the store. An invoice is checked against at most `compare` earlier ones.
func NewRegistry(store Store, clk clock.Clock, compare int) *Registry {
	return &Registry{store: store, clock: clk, compare: compare}
}

// Get reads an invoice, or ErrNotFound.
func (r *Registry) Get(ctx context.Context, tenant, id string) (Invoice, error) {
	return r.store.Get(ctx, tenant, id)
}

// List reads a customer's invoices, newest first: those before the position, when it is set, and at most limit.
func (r *Registry) List(ctx context.Context, tenant, customerID string, before Position, limit int) ([]Invoice, error) {
	return r.store.List(ctx, tenant, customerID, Selection{Before: before}, limit)
}

// Check holds a customer's invoice against those before it in the same currency. An empty id means the newest. ErrNotFound
// when the customer has no such invoice, or none.
func (r *Registry) Check(ctx context.Context, tenant, customerID, id string) (Check, error) {
	i, err := r.pick(ctx, tenant, customerID, id)
	if err != nil {
		return Check{}, err
	}
	which := Selection{Before: i.Position(), Currency: i.Currency}
	earlier, err := r.store.List(ctx, tenant, customerID, which, r.compare)
	if err != nil {
		return Check{}, err
	}
	return Compare(i, earlier), nil
}

func (r *Registry) pick(ctx context.Context, tenant, customerID, id string) (Invoice, error) {
	if id != "" {
		i, err := r.store.Get(ctx, tenant, id)
		if err == nil && i.CustomerID != customerID {
			return Invoice{}, ErrNotFound
		}
		return i, err
	}
	newest, err := r.store.List(ctx, tenant, customerID, Selection{}, 1)
	if err != nil {
		return Invoice{}, err
	}
	if len(newest) == 0 {
		return Invoice{}, ErrNotFound
	}
	return newest[0], nil
}
