package invoice

import (
	"context"
	"errors"

	"github.com/parleyhq/parley/mesh/store"
)

// ErrReferenceTaken is the answer when an adjustment of the reference says something else.
var ErrReferenceTaken = errors.New("an adjustment of the reference says something else")

// Books is the invoice port: all that disputes need of whoever writes the tenant's bills. Parley's own store is one, and
// the tenant's billing system may be another. invoicetest.TestBooks is its contract.
type Books interface {
	// Get reads an invoice, or ErrNotFound.
	Get(ctx context.Context, tenant, id string) (Invoice, error)
	// Adjust has the customer's next invoice carry the adjustment, once: the same reference again changes nothing, and is
	// ErrReferenceTaken when it asks for something else.
	//
	// It is called in the transaction that moves the money, so that neither comes without the other, and does no I/O but
	// through tx. Books that are elsewhere set a durable timer in it (mesh/timer) and are told when that fires, under the
	// reference, until they have answered.
	Adjust(ctx context.Context, tx *store.Tx, tenant string, a Adjustment) error
	// Billed says which of the adjustments an invoice carries: invoices' ids by reference. Others are left out.
	Billed(ctx context.Context, tenant string, references []string) (map[string]string, error)
}
