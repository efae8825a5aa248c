package channeltest

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"

	"github.com/parleyhq/parley/adapters/channel"
)

// noVendor is for rules that send nothing.
const noVendor = "http://127.0.0.1:1"

// each runs a check with every webhook.
func (h Harness) each(check func(a channel.Adapter, body []byte) error) error {
	a, err := h.New(noVendor)
	if err != nil {
		return err
	}
	if len(h.Webhooks) == 0 {
		return errors.New("the harness has no webhooks")
	}
	for _, name := range slices.Sorted(maps.Keys(h.Webhooks)) {
		if err := check(a, slices.Clone(h.Webhooks[name])); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	return nil
}

func vouched(h Harness) error {
	return h.each(func(a channel.Adapter, body []byte) error {
		return a.Authenticate(h.Sign(a.Account(), body), body)
	})
}

// refused says that the request was not accepted, and the refusal tells nothing.
func refused(a channel.Adapter, r *http.Request, body []byte) error {
	err := a.Authenticate(r, body)
	if err == nil {
		return errors.New("it was accepted")
	}
	if !errors.Is(err, channel.ErrUnauthenticated) {
		return fmt.Errorf("the refusal is not an ErrUnauthenticated: %w", err)
	}
	return discreet(a, err, string(body))
}

func unsigned(h Harness) error {
	return h.each(func(a channel.Adapter, body []byte) error {
		r := h.Sign(a.Account(), body)
		r.Header.Del(h.SignatureHeader)
		return refused(a, r, body)
	})
}

func emptySignature(h Harness) error {
	return h.each(func(a channel.Adapter, body []byte) error {
		r := h.Sign(a.Account(), body)
		r.Header.Set(h.SignatureHeader, "")
		return refused(a, r, body)
	})
}

func tampered(h Harness) error {
	return h.each(func(a channel.Adapter, body []byte) error {
		for _, at := range []int{0, len(body) / 2, len(body) - 1} {
			changed := bytes.Clone(body)
			changed[at] ^= 1
			if err := refused(a, h.Sign(a.Account(), body), changed); err != nil {
				return fmt.Errorf("byte %d changed: %w", at, err)
			}
		}
		return nil
	})
}

func otherSecret(h Harness) error {
	return h.each(func(a channel.Adapter, body []byte) error {
		other := a.Account()
		other.Secrets = maps.Clone(other.Secrets)
		for name, secret := range other.Secrets {
			other.Secrets[name] = "not-" + secret
		}
		return refused(a, h.Sign(other, body), body)
	})
}

func (h Harness) parse(a channel.Adapter, body []byte) ([]channel.Event, error) {
	if h.Door != nil {
		return a.Parse(body, h.Door.Vouched)
	}
	return a.Parse(body, h.Sign(a.Account(), body).Header)
}

func complete(h Harness) error {
	return h.each(func(a channel.Adapter, body []byte) error {
		events, err := h.parse(a, body)
		if err != nil {
			return err
		}
		if len(events) == 0 {
			return errors.New("no events")
		}
		for i, e := range events {
			if err := completeEvent(e); err != nil {
				return fmt.Errorf("event %d: %w", i, err)
			}
		}
		return nil
	})
}

func completeEvent(e channel.Event) error {
	switch {
	case e.Kind == "" || e.ExternalID == "":
		return errors.New("no kind or no id")
	case e.Sender == "":
		return errors.New("no sender")
	case e.OccurredTime.IsZero():
		return errors.New("no time")
	}
	switch e.Kind {
	case channel.KindStatus:
		if e.Status == nil || e.Status.State == 0 || e.Discriminator == "" {
			return errors.New("a status without a state, or without a discriminator")
		}
	case channel.KindMessage, channel.KindEdit, channel.KindDelete, channel.KindReaction, channel.KindCall, channel.KindSignIn:
		if e.Channel == nil || e.Channel.GetEvent() == nil {
			return errors.New("nothing for the timeline")
		}
		if s := e.Channel.GetSender(); s.GetAddress() == "" || len(s.GetHandles()) == 0 || s.GetAssurance() == 0 {
			return errors.New("a sender without address, handle or assurance")
		}
	}
	return nil
}

type key struct{ kind, id, discriminator string }

func keys(events []channel.Event) []key {
	all := make([]key, len(events))
	for i, e := range events {
		all[i] = key{e.Kind, e.ExternalID, e.Discriminator}
	}
	return all
}

func sameKeys(h Harness) error {
	return h.each(func(a channel.Adapter, body []byte) error {
		first, err := h.parse(a, body)
		if err != nil {
			return err
		}
		second, err := h.parse(a, body)
		if err != nil {
			return err
		}
		if !slices.Equal(keys(first), keys(second)) {
			return fmt.Errorf("the keys differ: %v and %v", keys(first), keys(second))
		}
		distinct := map[key]bool{}
		for _, k := range keys(first) {
			distinct[k] = true
		}
		if len(distinct) != len(first) {
			return errors.New("two events of one webhook have one key")
		}
		return nil
	})
}

func unreadable(h Harness) error {
	a, err := h.New(noVendor)
	if err != nil {
		return err
	}
	_, err = h.parse(a, h.Garbage)
	var said *channel.Unreadable
	if !errors.As(err, &said) {
		return fmt.Errorf("the error is no *Unreadable: %w", err)
	}
	if said.Reason == "" {
		return errors.New("it gives no reason")
	}
	return discreet(a, err, string(h.Garbage))
}
