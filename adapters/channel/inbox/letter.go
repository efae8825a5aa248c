package inbox

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/parleyhq/parley/mesh/seal"
	"github.com/parleyhq/parley/mesh/typeid"
)

// ErrStillUnreadable means that the letter, parsed again, is no clearer.
var ErrStillUnreadable = errors.New("the webhook is still unreadable")

func newLetter(tenant, account, webhookID, reason, detail string, at time.Time) Letter {
	return Letter{ID: typeid.New("letter"), Tenant: tenant, Account: account, WebhookID: webhookID, Reason: reason, Detail: detail, Time: at}
}

// Letters lists a tenant's dead letters after the id, oldest first; of one account when it is not empty.
func (in *Inbox) Letters(ctx context.Context, tenant, account, after string, limit int) ([]Letter, error) {
	return in.store.Letters(ctx, tenant, account, after, limit)
}

// Letter reads one with the body that the vendor sent, which is empty when it concerned a customer who was erased.
// ErrNoLetter.
func (in *Inbox) Letter(ctx context.Context, tenant, id string) (Letter, []byte, error) {
	l, w, err := in.store.Letter(ctx, tenant, id)
	if err != nil {
		return Letter{}, nil, err
	}
	plain, err := in.open(ctx, w)
	if errors.Is(err, seal.ErrDestroyed) {
		return l, nil, nil
	}
	if err != nil {
		return Letter{}, nil, fmt.Errorf("read letter %s: %w", id, err)
	}
	_, body, err := decodeBody(plain)
	return l, body, err
}

// Replay parses a letter as if it had just come in and answers how many events it held. Those that were recorded before
// are not recorded again. What is still unreadable stays behind as the letter, and the error says so; what is not, goes on.
// ErrNoLetter, ErrStillUnreadable.
func (in *Inbox) Replay(ctx context.Context, tenant, id string) (int, error) {
	_, w, err := in.store.Letter(ctx, tenant, id)
	if err != nil {
		return 0, err
	}
	adapter, ok := in.adapters[w.Account]
	if !ok {
		return 0, fmt.Errorf("replay letter %s: %w", id, errNoAccount)
	}
	plain, err := in.open(ctx, w)
	if errors.Is(err, seal.ErrDestroyed) {
		return 0, fmt.Errorf("replay letter %s: %w: %w", id, ErrStillUnreadable, err)
	}
	if err != nil {
		return 0, fmt.Errorf("replay letter %s: %w", id, err)
	}
	header, body, err := decodeBody(plain)
	if err != nil {
		return 0, fmt.Errorf("replay letter %s: %w", id, err)
	}
	events, unreadable := parse(adapter, body, header, w.Time)
	rows, err := in.rows(ctx, adapter.Account(), w, events)
	if err != nil {
		return 0, err
	}
	if err := in.store.Replay(ctx, tenant, id, rows, unreadable != nil, in.handOver); err != nil {
		return 0, err
	}
	if unreadable != nil {
		return len(events), fmt.Errorf("replay letter %s: %w: %w", id, ErrStillUnreadable, unreadable)
	}
	return len(events), nil
}

// Erase destroys a letter. ErrNoLetter.
func (in *Inbox) Erase(ctx context.Context, tenant, id string) error {
	return in.store.Erase(ctx, tenant, id)
}
