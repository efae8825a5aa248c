package delivery_test

import (
	"context"
	"fmt"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"github.com/parleyhq/parley/adapters/channel"
	"github.com/parleyhq/parley/adapters/channel/delivery"
	"github.com/parleyhq/parley/adapters/channel/fakechannel"
	"github.com/parleyhq/parley/mesh/fault"
	eventsv1 "github.com/parleyhq/parley/proto/gen/parley/events/v1"
)

// hung never answers: each send takes until its time is up.
type hung struct{ *fakechannel.Adapter }

func (hung) Send(ctx context.Context, _ channel.Outgoing) (channel.SendResult, error) {
	<-ctx.Done()
	return channel.SendResult{}, channel.NewSendError(channel.Unknown, "NO_ANSWER", nil)
}

// besides is the world's account with another beside it.
func (w *world) besides(other channel.Adapter) { w.adapters = []channel.Adapter{other, w.adapter} }

func TestAHungVendorHoldsUpNobodyElsesAccount(t *testing.T) {
	inWorld(t, func(w *world) {
		w.besides(hung{fakechannel.New(fakechannel.Account("hung"), w.vendor)})
		w.start()
		for i := range 50 {
			w.postTo("hung", fmt.Sprintf("message_h%d", i), fmt.Sprintf("+1555%04d", i), "into the void")
		}
		w.after(time.Second)
		w.post("message_1", "+15550142", "hello")
		w.after(time.Second)
		w.want("message_1", sent, "", "hello")
	})
}

func TestAServiceWindowLongerThanWhoWroteIsKnownIsRefused(t *testing.T) {
	inWorld(t, func(w *world) {
		w.adapter.Can.ServiceWindowSeconds = int64(delivery.KeepHeard/time.Second) + 1
		if _, err := w.open(); err == nil {
			w.Error("it is accepted")
		}
	})
}

func TestAnAnswerOfAnAccountThatIsNotThereDoesNotVanish(t *testing.T) {
	inWorld(t, func(w *world) {
		w.start()
		err := w.runner.Take(w.Context(), w.posted("acme", "renamed", "message_1"))
		if fault.Reason(err) != "ACCOUNT_NOT_CONFIGURED" || fault.Passing(err) {
			w.Errorf("taken: %v", err)
		}
		if err := w.runner.GiveUp(w.Context(), w.posted("acme", "renamed", "message_1"), err); err != nil {
			w.Error(err)
		}
		w.after(time.Second)
		w.want("message_1", failed, delivery.ReasonNotTaken)
	})
}

func TestATenantOfWhomWeRunNoAccountIsNoneOfOurBusiness(t *testing.T) {
	inWorld(t, func(w *world) {
		w.start()
		for what, do := range map[string]func(*eventsv1.Envelope) error{
			"taken":    func(env *eventsv1.Envelope) error { return w.runner.Take(w.Context(), env) },
			"given up": func(env *eventsv1.Envelope) error { return w.runner.GiveUp(w.Context(), env, errCut) },
		} {
			if err := do(w.posted("another", "main", "message_1")); err != nil {
				w.Errorf("%s: %v", what, err)
			}
		}
		if found, err := w.store.Parts(w.Context(), "message_1"); err != nil || len(found) > 0 {
			w.Errorf("deliveries: %+v, %v", found, err)
		}
	})
}

// busy refuses everything until it is let go, and counts what it refused.
type busy struct {
	*fakechannel.Adapter
	kind    channel.SendErrorKind
	wait    time.Duration
	only    string // this recipient; empty for all
	open    *atomic.Bool
	refused *atomic.Int32
}

func (a busy) Send(ctx context.Context, out channel.Outgoing) (channel.SendResult, error) {
	if a.open.Load() || a.only != "" && out.To != a.only {
		return a.Adapter.Send(ctx, out)
	}
	a.refused.Add(1)
	err := channel.NewSendError(a.kind, "BUSY", nil)
	err.RetryAfter = a.wait
	return channel.SendResult{}, err
}

func TestARateLimitHoldsBackWhomTheVendorMeans(t *testing.T) {
	for name, c := range map[string]struct {
		kind channel.SendErrorKind
		at3s []string
	}{
		"the whole account, and no other": {channel.AccountLimited, []string{"of another account"}},
		"one recipient":                   {channel.RateLimited, []string{"of another account", "to another recipient"}},
	} {
		t.Run(name, func(t *testing.T) {
			inWorld(t, func(w *world) {
				var open atomic.Bool
				var refused atomic.Int32
				limited := fakechannel.New(fakechannel.Account("busy"), w.vendor)
				w.besides(busy{Adapter: limited, kind: c.kind, wait: 7 * time.Second, only: "+15550142", open: &open, refused: &refused})
				w.start()
				w.postTo("busy", "message_1", "+15550142", "to one recipient")
				w.after(0)
				w.postTo("busy", "message_2", "+15550143", "to another recipient")
				w.post("message_3", "+15550142", "of another account")
				w.after(3 * time.Second)
				if got := slices.Sorted(slices.Values(w.texts())); !slices.Equal(got, c.at3s) {
					w.Errorf("after 3 of 7 seconds %q were sent, want %q", got, c.at3s)
				}
				open.Store(true)
				w.after(6 * time.Second)
				if got := w.texts(); len(got) != 3 || refused.Load() != 1 {
					w.Errorf("at last %q were sent after %d refusals", got, refused.Load())
				}
			})
		})
	}
}

// Without a wait of the vendor's the account backs off as one: a thousand messages do not each try for themselves.
func TestAnAccountThatIsLimitedForLongBacksOffAsOne(t *testing.T) {
	inWorld(t, func(w *world) {
		var open atomic.Bool
		var refused atomic.Int32
		w.adapters = []channel.Adapter{busy{Adapter: w.adapter, kind: channel.AccountLimited, open: &open, refused: &refused}}
		w.start()
		for i := range 200 {
			w.post(fmt.Sprintf("message_%d", i), fmt.Sprintf("+1555%04d", i), "hello")
		}
		w.after(10 * time.Minute)
		if refused.Load() > 200 {
			w.Errorf("the vendor refused %d attempts in ten minutes", refused.Load())
		}
		open.Store(true)
		w.after(6 * time.Minute)
		if got := len(w.texts()); got != 200 {
			w.Errorf("%d of 200 messages were sent when it was let go", got)
		}
	})
}
