package dispute

import (
	"context"

	"github.com/parleyhq/parley/services/billing/internal/once"
)

// Verdict is what staff decide.
type Verdict struct {
	DisputeID string
	Etag      string
	Uphold    bool // rejected otherwise
	Reason    string
}

// Decide upholds or rejects a dispute. Its errors are those of the rules and their guards, ErrNotFound,
// invoice.ErrCustomerErased when there is a reason to keep, and of the request's second use.
func (k *Desk) Decide(ctx context.Context, by By, request once.Request, v Verdict) (Case, error) {
	d, err := k.store.Dispute(ctx, by.Tenant, v.DisputeID)
	if err != nil {
		return Case{}, err
	}
	var words []byte
	if v.Reason != "" {
		if words, err = k.vault.sealDecision(ctx, d, v.Reason); err != nil {
			return Case{}, err
		}
	}
	event := Rejecting
	if v.Uphold {
		event = Upholding
	}
	return k.change(ctx, by, request, v.DisputeID, event, words, Asked{Etag: v.Etag, Reason: v.Reason})
}

// Withdraw takes a dispute back. Its errors are as those of Decide.
func (k *Desk) Withdraw(ctx context.Context, by By, request once.Request, disputeID, etag string) (Case, error) {
	return k.change(ctx, by, request, disputeID, Withdrawal, nil, Asked{Etag: etag})
}

// change runs an event on a dispute that is there. What the clock should have done to it comes first, so that the etag is
// held against the dispute as it is by now.
func (k *Desk) change(
	ctx context.Context, by By, request once.Request, id string, event Event, words []byte, asked Asked,
) (Case, error) {
	err := k.store.Write(ctx, func(ctx context.Context, tx Tx) error {
		_, err := tx.Once(ctx, request, func() (string, error) {
			d, err := tx.Dispute(ctx, by.Tenant, id)
			if err == nil && !by.reaches(d.CustomerID) {
				err = ErrNotFound
			}
			if err != nil {
				return "", err
			}
			asked.Now = k.now()
			if d, err = k.catchUp(ctx, tx, d, asked.Now); err != nil {
				return "", err
			}
			d.DecisionWords = words
			_, err = k.apply(ctx, tx, d, event, by, request.ID, asked)
			return id, err
		})
		return err
	})
	if err != nil {
		return Case{}, err
	}
	return k.Get(ctx, by, id)
}
