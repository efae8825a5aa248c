package channeltest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"time"

	"github.com/parleyhq/parley/adapters/channel"
)

// secretText must never be found in an error.
const secretText = "my mother's maiden name is Fontaine"

func (h Harness) out() channel.Outgoing {
	return channel.Outgoing{
		DeliveryID: "delivery_01h2xcejqtf2nbrexx3vqjhp41", MessageID: "message_01h2xcejqtf2nbrexx3vqjhp42",
		To: h.To, Text: secretText, Part: 1, Parts: 1,
	}
}

// with runs a check against a vendor behind a wire.
func (h Harness) with(answer Answer, wire Wire, check func(channel.Adapter, Line) error) error {
	serve := h.Serve
	if serve == nil {
		serve = h.overHTTP
	}
	line := serve(answer, wire)
	defer line.Stop()
	a, err := h.New(line.URL)
	if err != nil {
		return err
	}
	return check(a, line)
}

func (h Harness) overHTTP(answer Answer, wire Wire) Line {
	vendor := h.Vendor()
	vendor.Will(answer)
	handler, hung := http.Handler(vendor), make(chan struct{})
	switch wire {
	case Intact:
	case LosesAnswers:
		handler = loses(vendor)
	case Hangs:
		handler = hangs(hung)
	}
	server := httptest.NewServer(handler)
	return Line{URL: server.URL, Hung: hung, Stop: func() {
		server.CloseClientConnections()
		server.Close()
	}}
}

// loses lets the vendor take what it is sent, and cuts the connection before it can answer. Questions are answered.
func loses(vendor http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodGet {
			vendor.ServeHTTP(w, r)
			return
		}
		vendor.ServeHTTP(httptest.NewRecorder(), r)
		panic(http.ErrAbortHandler)
	})
}

// hangs never answers. It reads the request, for only then does its context end with the connection.
func hangs(hung chan struct{}) http.Handler {
	var once sync.Once
	return http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		once.Do(func() { close(hung) })
		<-r.Context().Done()
	})
}

func takes(h Harness) error {
	return h.with(Takes, Intact, func(a channel.Adapter, _ Line) error {
		result, err := a.Send(context.Background(), h.out())
		if err != nil {
			return err
		}
		if result.ExternalID == "" {
			return errors.New("the vendor's id is missing")
		}
		return nil
	})
}

func failsAs(answer Answer, kinds ...channel.SendErrorKind) func(Harness) error {
	return func(h Harness) error {
		return h.with(answer, Intact, func(a channel.Adapter, _ Line) error { return h.fails(context.Background(), a, kinds...) })
	}
}

// fails sends, and wants it to fail in one of these ways.
func (h Harness) fails(ctx context.Context, a channel.Adapter, kinds ...channel.SendErrorKind) error {
	_, err := a.Send(ctx, h.out())
	var typed *channel.SendError
	if !errors.As(err, &typed) {
		return fmt.Errorf("the error is no *SendError: %w", err)
	}
	if typed.Reason == "" {
		return errors.New("the error gives no reason")
	}
	if err := discreet(a, err, secretText, h.To); err != nil {
		return err
	}
	for _, kind := range kinds {
		if typed.Kind == kind {
			return nil
		}
	}
	return fmt.Errorf("it failed as %s, not as %v", typed.Kind, kinds)
}

func lostResponse(h Harness) error {
	return h.with(Takes, LosesAnswers, func(a channel.Adapter, _ Line) error { return h.fails(context.Background(), a, channel.Unknown) })
}

func noAnswer(h Harness) error {
	return h.with(Takes, Hangs, func(a channel.Adapter, line Line) error {
		ctx, cancel := context.WithCancel(context.Background())
		defer cancel()
		go func() {
			select {
			case <-line.Hung:
				cancel()
			case <-ctx.Done():
			}
		}()
		return h.fails(ctx, a, channel.Unknown)
	})
}

func unreachable(h Harness) error {
	a, err := h.New(noVendor)
	if err != nil {
		return err
	}
	return h.fails(context.Background(), a, channel.Retryable, channel.Unknown)
}

func foundSent(h Harness) error {
	return h.with(Takes, LosesAnswers, func(a channel.Adapter, _ Line) error {
		began := time.Now()
		if _, err := a.Send(context.Background(), h.out()); err == nil {
			return errors.New("the response was not lost")
		}
		outcome, result, err := a.Reconcile(context.Background(), h.out(), attempted(began))
		if err != nil {
			return err
		}
		if !h.AsksVendor {
			return wants(outcome, channel.OutcomeUnknown)
		}
		if outcome == channel.OutcomeSent && result.ExternalID == "" {
			return errors.New("it was found without the vendor's id")
		}
		return wants(outcome, channel.OutcomeSent)
	})
}

// attempted is an attempt beside which nothing was sent.
func attempted(began time.Time) channel.Attempt {
	return channel.Attempt{Began: began, Known: func(context.Context, string) (bool, error) { return false, nil }}
}

// notAnothersMessage: what is known to be another message, of the same text perhaps, is not this one.
func notAnothersMessage(h Harness) error {
	return h.with(Takes, Intact, func(a channel.Adapter, _ Line) error {
		attempt := attempted(time.Now())
		attempt.Known = func(context.Context, string) (bool, error) { return true, nil }
		if _, err := a.Send(context.Background(), h.out()); err != nil {
			return err
		}
		other := h.out()
		other.DeliveryID = "delivery_01h2xcejqtf2nbrexx3vqjhp43"
		outcome, _, err := a.Reconcile(context.Background(), other, attempt)
		if err == nil && outcome == channel.OutcomeSent {
			err = errors.New("another message was taken for this one")
		}
		return err
	})
}

func foundNotSent(h Harness) error {
	return h.with(Takes, Intact, func(a channel.Adapter, _ Line) error {
		outcome, _, err := a.Reconcile(context.Background(), h.out(), attempted(time.Now().Add(-10*time.Minute)))
		if err != nil {
			return err
		}
		if !h.AsksVendor {
			return wants(outcome, channel.OutcomeUnknown)
		}
		return wants(outcome, channel.OutcomeNotSent)
	})
}

func wants(got, want channel.Outcome) error {
	if got != want {
		return fmt.Errorf("the outcome is %q, want %q", got, want)
	}
	return nil
}

// discreet says that the error tells no secret and nothing of this.
func discreet(a channel.Adapter, err error, content ...string) error {
	text := fmt.Sprintf("%+v", err)
	for name, secret := range a.Account().Secrets {
		if secret != "" && strings.Contains(text, secret) {
			return fmt.Errorf("the error tells the secret %s", name)
		}
	}
	for _, c := range content {
		if len(c) > 3 && strings.Contains(text, strings.TrimPrefix(c, "+")) {
			return errors.New("the error tells the content or the address")
		}
	}
	return nil
}
