package channeltest

import (
	"context"
	"errors"

	"github.com/parleyhq/parley/adapters/channel"
)

// Pickup is how recipients come for messages of an adapter that has no vendor.
type Pickup struct {
	// Comes lets the recipient take the message.
	Comes func(a channel.Adapter, out channel.Outgoing)
	// Passes lets the time pass that the adapter waits for a recipient.
	Passes func(a channel.Adapter)
}

var pickupRules = []rule{
	{"a message that its recipient came for is sent", fetched},
	{"a recipient who is away is waited for", awaited},
	{"a recipient who does not come has gone for good", givenUp},
	{"what the recipient has is sent, however late it is asked", fetchedLate},
	{"an attempt that was cut off is made again", madeAgain},
}

// sends makes an adapter, and sends after what happens before.
func (h Harness) sends(before ...func(channel.Adapter)) (channel.SendResult, channel.Adapter, error) {
	a, err := h.New(noVendor)
	if err != nil {
		return channel.SendResult{}, nil, err
	}
	for _, happens := range before {
		happens(a)
	}
	result, err := a.Send(context.Background(), h.out())
	return result, a, err
}

func (h Harness) comes(a channel.Adapter) { h.Pickup.Comes(a, h.out()) }

func fetched(h Harness) error {
	result, _, err := h.sends(h.comes)
	if err == nil && result.ExternalID == "" {
		err = errors.New("it has no id")
	}
	return err
}

func fetchedLate(h Harness) error {
	_, _, err := h.sends(h.comes, h.Pickup.Passes)
	return err
}

func awaited(h Harness) error {
	a, err := h.New(noVendor)
	if err != nil {
		return err
	}
	return h.fails(context.Background(), a, channel.Waiting)
}

func givenUp(h Harness) error {
	_, a, err := h.sends()
	if err == nil {
		return errors.New("it was sent to nobody")
	}
	h.Pickup.Passes(a)
	for range 2 {
		if err := h.fails(context.Background(), a, channel.Permanent); err != nil {
			return err
		}
		h.comes(a) // too late
	}
	return nil
}

func madeAgain(h Harness) error {
	a, err := h.New(noVendor)
	if err != nil {
		return err
	}
	outcome, _, err := a.Reconcile(context.Background(), h.out(), channel.Attempt{})
	return errors.Join(err, wants(outcome, channel.OutcomeNotSent))
}
