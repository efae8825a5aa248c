package invoice

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/parleyhq/parley/mesh/typeid"
)

// maxRaces bounds how often Import starts again because somebody else imported the same numbers meanwhile. Invoices do not
// go away, so that the next round finds them.
const maxRaces = 4

// ErrDiffers is an invoice whose number is known and which says something else.
var ErrDiffers = errors.New("an invoice of the number says something else")

// ImportError says which of the invoices is wrong.
type ImportError struct {
	Index int
	Err   error
}

func (e *ImportError) Error() string { return fmt.Sprintf("invoice %d: %v", e.Index, e.Err) }

// Unwrap gives what is wrong with it.
func (e *ImportError) Unwrap() error { return e.Err }

// Import brings a customer's invoices in, all or none, and answers them as they are kept, in the same order. One that is
// known already is left as it is, so that the same import may be made again. Its errors about an invoice are ImportErrors
// of ErrDiffers and of what Validate answers.
func (r *Registry) Import(ctx context.Context, tenant, customerID string, invoices []Invoice) ([]Invoice, error) {
	numbers := make([]string, len(invoices))
	for at := range invoices {
		i := &invoices[at]
		i.CustomerID = customerID
		i.NumberLines()
		if err := i.Validate(); err != nil {
			return nil, &ImportError{Index: at, Err: err}
		}
		numbers[at] = i.Number
	}
	for range maxRaces {
		known, err := r.store.Numbered(ctx, tenant, numbers)
		if err != nil {
			return nil, err
		}
		fresh, err := r.admit(invoices, known)
		if err != nil {
			return nil, err
		}
		err = r.store.Add(ctx, tenant, fresh)
		if errors.Is(err, ErrNumberTaken) {
			continue
		}
		if err != nil {
			return nil, err
		}
		kept := make([]Invoice, len(invoices))
		for at, number := range numbers {
			kept[at] = known[number]
		}
		return kept, nil
	}
	return nil, fmt.Errorf("import invoices: lost %d races", maxRaces)
}

// admit gives an id to each invoice that is not known, and makes it known.
func (r *Registry) admit(invoices []Invoice, known map[string]Invoice) (fresh []Invoice, err error) {
	now := r.clock().Truncate(time.Microsecond) // what stores keep
	for at, i := range invoices {
		before, ok := known[i.Number]
		if ok && !i.Same(before) {
			return nil, &ImportError{Index: at, Err: ErrDiffers}
		}
		if ok {
			continue
		}
		i.ID, i.CreateTime = typeid.New(IDPrefix), now
		known[i.Number] = i
		fresh = append(fresh, i)
	}
	return fresh, nil
}
