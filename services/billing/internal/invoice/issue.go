package invoice

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/parleyhq/parley/mesh/typeid"
	"github.com/parleyhq/parley/services/billing/internal/once"
)

// ErrPendingChanged is the answer when another invoice took an adjustment meanwhile.
var ErrPendingChanged = errors.New("another invoice carries an adjustment of this one")

// Pending reads the adjustments that wait for the customer's next invoices, the oldest first, as many as one has room for.
func (r *Registry) Pending(ctx context.Context, tenant, customerID string) ([]Adjustment, error) {
	return r.store.Pending(ctx, tenant, customerID, "", MaxLines)
}

// Issue makes a customer's next invoice: what the tenant's books say, and behind it the adjustments of the currency that
// wait. Its errors are those of Validate, of Store.Issue, and of the request's second use.
func (r *Registry) Issue(ctx context.Context, request once.Request, tenant, customerID string, i Invoice) (Invoice, error) {
	i.ID, i.CustomerID, i.CreateTime = typeid.New(IDPrefix), customerID, r.clock().Truncate(time.Microsecond)
	i.NumberLines()
	if err := i.Validate(); err != nil {
		return Invoice{}, err
	}
	for range maxRaces {
		waiting, err := r.store.Pending(ctx, tenant, customerID, i.Currency, MaxLines-len(i.Lines))
		if err != nil {
			return Invoice{}, err
		}
		bill := i.with(waiting)
		if err := bill.Validate(); err != nil {
			return Invoice{}, err
		}
		id, err := r.store.Issue(ctx, request, tenant, bill, waiting)
		if errors.Is(err, ErrPendingChanged) {
			continue
		}
		if err != nil {
			return Invoice{}, err
		}
		return r.store.Get(ctx, tenant, id)
	}
	return Invoice{}, fmt.Errorf("issue an invoice: lost %d races against other invoices", maxRaces)
}

// with is the invoice and a line for each adjustment.
func (i Invoice) with(adjustments []Adjustment) Invoice {
	lines := make([]Line, 0, len(i.Lines)+len(adjustments))
	lines = append(lines, i.Lines...)
	for _, a := range adjustments {
		lines = append(lines, a.Line())
		i.Total += a.Amount
	}
	i.Lines = lines
	return i
}
