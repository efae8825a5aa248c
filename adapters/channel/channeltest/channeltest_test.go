package channeltest_test

import (
	"net/http"
	"slices"
	"testing"

	"github.com/parleyhq/parley/adapters/channel"
	"github.com/parleyhq/parley/adapters/channel/channeltest"
	"github.com/parleyhq/parley/adapters/channel/fakechannel"
)

func TestTheFakeIsAnAdapterLikeAnyOther(t *testing.T) {
	channeltest.Run(t, fakechannel.Harness())
}

type gullible struct{ channel.Adapter }

func (gullible) Authenticate(*http.Request, []byte) error { return nil }

func TestAnAdapterThatAcceptsWhatNobodyVouchedForFails(t *testing.T) {
	h := fakechannel.Harness()
	honest := h.New
	h.New = func(url string) (channel.Adapter, error) {
		a, err := honest(url)
		return gullible{a}, err
	}
	got := channeltest.Violations(h)
	for _, want := range []string{
		"without a signature nothing is accepted", "with an empty signature nothing is accepted",
		"a body that was tampered with is not accepted", "another account's secret vouches for nothing here",
	} {
		if !slices.Contains(got, want) {
			t.Errorf("the contract did not notice: %s", want)
		}
	}
}

type forgetful struct{ channel.Adapter }

func (f forgetful) Parse(body []byte, header http.Header) ([]channel.Event, error) {
	events, err := f.Adapter.Parse(body, header)
	for i := range events {
		events[i].Sender = ""
	}
	return events, err
}

func TestAnAdapterThatForgetsTheSenderFails(t *testing.T) {
	h := fakechannel.Harness()
	honest := h.New
	h.New = func(url string) (channel.Adapter, error) {
		a, err := honest(url)
		return forgetful{a}, err
	}
	if got := channeltest.Violations(h); !slices.Equal(got, []string{"every event has a key, a time and a sender"}) {
		t.Errorf("violations: %q", got)
	}
}

func TestAnAdapterThatTakesAStrangerForTheCustomerFails(t *testing.T) {
	h := fakechannel.Harness()
	message := h.Webhooks["a message"]
	h.Sign, h.SignatureHeader = nil, ""
	h.Door = &channeltest.Door{Unvouched: map[string]channeltest.Delivery{"a forged sender": {Body: message}}}
	if got := channeltest.Violations(h); !slices.Equal(got, []string{"the sender whom nobody vouched for is not"}) {
		t.Errorf("violations: %q", got)
	}
}
