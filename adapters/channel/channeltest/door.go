package channeltest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"

	"github.com/parleyhq/parley/adapters/channel"
	accessv1 "github.com/parleyhq/parley/proto/gen/parley/access/v1"
)

// Door is a way in of the adapter's own, such as SMTP. What comes in by it may be anybody's, so the adapter must say of every
// message whether anybody vouched for its sender.
type Door struct {
	// Vouched is what the door notes beside the harness's Webhooks, which the vendor vouched for.
	Vouched http.Header
	// Unvouched hold messages for whose senders nobody vouched, by what a product person calls them.
	Unvouched map[string]Delivery
}

// Delivery is a body, and what the door notes beside it.
type Delivery struct {
	Header http.Header
	Body   []byte
}

var doorRules = []rule{
	{"a web request vouches for nothing", webRequest},
	{"the sender whom the vendor vouched for is known", senderKnown},
	{"the sender whom nobody vouched for is not", senderUnknown},
}

func webRequest(h Harness) error {
	return h.each(func(a channel.Adapter, body []byte) error {
		path := "/webhooks/" + a.Account().Provider + "/" + a.Account().Name
		r := httptest.NewRequestWithContext(context.Background(), http.MethodPost, path, bytes.NewReader(body))
		r.RemoteAddr = "127.0.0.1:50000"
		maps.Copy(r.Header, h.Door.Vouched)
		return refused(a, r, body)
	})
}

func senderKnown(h Harness) error {
	return h.each(func(a channel.Adapter, body []byte) error {
		events, err := a.Parse(body, h.Door.Vouched)
		return errors.Join(err, each(events, func(as accessv1.Assurance) bool { return as > accessv1.Assurance_ASSURANCE_NONE }))
	})
}

func senderUnknown(h Harness) error {
	a, err := h.New(noVendor)
	if err != nil {
		return err
	}
	if len(h.Door.Unvouched) == 0 {
		return errors.New("the harness has nothing that nobody vouched for")
	}
	for _, name := range slices.Sorted(maps.Keys(h.Door.Unvouched)) {
		d := h.Door.Unvouched[name]
		events, err := a.Parse(d.Body, d.Header)
		if err == nil && len(events) == 0 {
			err = errors.New("no events")
		}
		err = errors.Join(err, each(events, func(as accessv1.Assurance) bool { return as == accessv1.Assurance_ASSURANCE_NONE }))
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	return nil
}

// each message's sender must be known as well as wanted.
func each(events []channel.Event, wanted func(accessv1.Assurance) bool) error {
	for i, e := range events {
		if as := e.Channel.GetSender().GetAssurance(); e.Channel != nil && !wanted(as) {
			return fmt.Errorf("event %d: its sender is known as %s", i, as)
		}
	}
	return nil
}
