package inbox

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/parleyhq/parley/mesh/seal"
)

// claimAtOnce bounds how many bodies are sealed anew in one write.
const claimAtOnce = 100

// claim seals the raw bodies anew that turned out to concern one customer: under that customer's key, so that erasing the
// customer covers them. It runs from time to time and not in a lane's turn, where it would
// cost every message a read and a write of the body more.
func (in *Inbox) claim(ctx context.Context) error {
	for since := (time.Time{}); ; {
		found, err := in.store.Claimable(ctx, since, claimAtOnce)
		if err != nil || len(found) == 0 {
			return err
		}
		since = found[len(found)-1].Time // they are not found again, but others of the same time may be
		for i, w := range found {
			if found[i].Sealed, err = in.reseal(ctx, w); err != nil {
				return fmt.Errorf("seal webhook %s for its customer: %w", w.ID, err)
			}
		}
		if err := in.store.Claim(ctx, found); err != nil {
			return err
		}
	}
}

// reseal takes a body from under the account's key to the customer's. Nothing is left of it when the customer was erased
// meanwhile, or when it does not open.
func (in *Inbox) reseal(ctx context.Context, w Webhook) ([]byte, error) {
	gone := []byte{}
	plain, err := in.keeper.Open(ctx, seal.Account(w.Account), w.Sealed, webhookPlace(w.ID))
	if errors.Is(err, seal.ErrUnreadable) || errors.Is(err, seal.ErrDestroyed) {
		return gone, nil
	}
	if err != nil {
		return nil, err
	}
	sealed, err := in.keeper.Seal(ctx, seal.Customer(w.CustomerID), plain, webhookPlace(w.ID))
	if errors.Is(err, seal.ErrDestroyed) {
		return gone, nil
	}
	return sealed, err
}

// open opens a webhook's body under the key that it is under.
func (in *Inbox) open(ctx context.Context, w Webhook) ([]byte, error) {
	subject := seal.Account(w.Account)
	if w.CustomerID != "" {
		subject = seal.Customer(w.CustomerID)
	}
	return in.keeper.Open(ctx, subject, w.Sealed, webhookPlace(w.ID))
}
