package webchat

import (
	"testing"
	"time"

	"github.com/parleyhq/parley/adapters/channel"
	"github.com/parleyhq/parley/adapters/channel/channeltest"
)

const (
	aVisitor = "visitor_01h2xcejqtf2nbrexx3vqjhp41"
	another  = "visitor_01h2xcejqtf2nbrexx3vqjhp42"
	daniel   = "AUR-0001"
	secret   = "site-secret-of-the-test"
)

var noon = time.Date(2026, 7, 1, 12, 0, 0, 0, time.UTC)

func account() channel.Account {
	return channel.Account{
		Name: "web-main", Tenant: "aurora", Provider: "webchat", Channel: "web", Address: "https://aurora.example",
		Settings: map[string]string{"origins": "https://aurora.example", "gone_after": "10s", "proxies": "127.0.0.1/32 192.0.2.0/24"},
		Secrets:  map[string]string{"signing_secret": secret},
	}
}

// hand is a clock that somebody turns.
type hand struct{ at time.Time }

func (h *hand) now() time.Time { return h.at }

func (h *hand) turn(d time.Duration) { h.at = h.at.Add(d) }

func TestItIsAnAdapterLikeAnyOther(t *testing.T) {
	clock := &hand{at: noon}
	line := []byte(`{"id":"1","text":"Why is my bill so high?","time":"2026-07-01T12:00:00Z"}`)
	channeltest.Run(t, channeltest.Harness{
		New: func(string) (channel.Adapter, error) { return New(account(), Deps{Clock: clock.now}) },
		Door: &channeltest.Door{
			Vouched: envelope{visitor: aVisitor, customer: daniel}.header(),
			Unvouched: map[string]channeltest.Delivery{
				"somebody who is not signed in": {Header: envelope{visitor: aVisitor}.header(), Body: line},
			},
		},
		Webhooks: map[string][]byte{"a line": line},
		Garbage:  []byte(`{"id":"1","customer":"AUR-0001"}`),
		To:       aVisitor,
		Pickup: &channeltest.Pickup{
			Comes: func(a channel.Adapter, out channel.Outgoing) {
				p := a.(*Adapter).presence
				seat := p.sit([]string{out.To}, "192.0.2.1")
				defer p.leave(seat)
				if p.offer(out.MessageID) {
					p.wrote(seat, out.MessageID)
				}
				clock.turn(settle)
			},
			Passes: func(channel.Adapter) { clock.turn(10 * time.Second) },
		},
	})
}
