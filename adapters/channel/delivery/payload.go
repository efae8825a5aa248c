package delivery

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/parleyhq/parley/adapters/channel"
	"github.com/parleyhq/parley/mesh/seal"
)

// payload is what of a delivery nobody may read. Released, so fields are only added.
type payload struct {
	To     string
	Text   string
	Quoted string          `json:",omitempty"`
	Thread *channel.Thread `json:",omitempty"`
}

func payloadPlace(id string) string  { return "channel.deliveries/" + id }
func externalPlace(id string) string { return "channel.external/" + id }

func (r *Runner) outgoing(ctx context.Context, d Delivery) (channel.Outgoing, error) {
	plain, err := r.keeper.Open(ctx, seal.Customer(d.CustomerID), d.Payload, payloadPlace(d.ID))
	if err != nil {
		return channel.Outgoing{}, fmt.Errorf("open delivery %s: %w", d.ID, err)
	}
	var p payload
	if err := json.Unmarshal(plain, &p); err != nil {
		return channel.Outgoing{}, fmt.Errorf("open delivery %s: %w: %w", d.ID, seal.ErrUnreadable, err)
	}
	return channel.Outgoing{
		DeliveryID: d.ID, MessageID: d.MessageID, To: p.To, Text: p.Text, QuotedExternalID: p.Quoted, Thread: p.Thread,
		Part: d.Part, Parts: d.Parts,
	}, nil
}

// lasting is why a seal will never open; empty for an error that may pass.
func lasting(err error) string {
	switch {
	case errors.Is(err, seal.ErrDestroyed):
		return ReasonErased
	case errors.Is(err, seal.ErrUnreadable):
		return ReasonUnreadable
	default:
		return ""
	}
}

// Revealed is what a delivery's seals hold. What will never open, after the customer was erased above all, is empty.
type Revealed struct{ Address, ExternalID string }

// Reveal opens the seals of a delivery.
func (r *Runner) Reveal(ctx context.Context, d Delivery) (Revealed, error) {
	if len(d.Payload) == 0 {
		return Revealed{}, nil
	}
	out, err := r.outgoing(ctx, d)
	if lasting(err) != "" {
		return Revealed{}, nil
	}
	if err != nil {
		return Revealed{}, err
	}
	external, err := r.externalID(ctx, d)
	return Revealed{Address: out.To, ExternalID: external}, err
}

func (r *Runner) externalID(ctx context.Context, d Delivery) (string, error) {
	if d.ExternalID == nil {
		return "", nil
	}
	plain, err := r.keeper.Open(ctx, seal.Customer(d.CustomerID), d.ExternalID, externalPlace(d.ID))
	if lasting(err) != "" {
		return "", nil
	}
	return string(plain), err
}

// external is the vendor's id as it is kept: a hash to find it by and a seal to read it from. Both nil for an empty id, or
// when the customer was erased meanwhile.
func (r *Runner) external(ctx context.Context, d Delivery, id string) (key, sealed []byte, err error) {
	if id == "" {
		return nil, nil, nil
	}
	sealed, err = r.keeper.Seal(ctx, seal.Customer(d.CustomerID), []byte(id), externalPlace(d.ID))
	if errors.Is(err, seal.ErrDestroyed) {
		return nil, nil, nil
	}
	return r.externalKey(d.Tenant, d.Account, id), sealed, err
}

// externalKey is hashed because vendors put the recipient into their ids.
func (r *Runner) externalKey(tenant, account, id string) []byte {
	return r.keeper.Blind(tenant, "channel.external", account+"\x00"+id)
}

// addressKey is the same for an address that comes in and one that goes out: vendors that send numbers without "+" take
// them with one.
func (r *Runner) addressKey(a channel.Account, address string) []byte {
	normal := strings.ToLower(strings.TrimPrefix(strings.TrimSpace(address), "+"))
	return r.keeper.Blind(a.Tenant, "channel.address", a.Name+"\x00"+normal)
}

func (r *Runner) lane(a channel.Account, address string) string {
	return a.Name + "/" + hex.EncodeToString(r.addressKey(a, address)[:16])
}
