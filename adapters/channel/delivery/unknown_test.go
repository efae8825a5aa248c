package delivery_test

import (
	"context"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/parleyhq/parley/adapters/channel"
	"github.com/parleyhq/parley/adapters/channel/channeltest"
	"github.com/parleyhq/parley/adapters/channel/delivery"
	"github.com/parleyhq/parley/adapters/channel/fakechannel"
	contextv1 "github.com/parleyhq/parley/proto/gen/parley/context/v1"
)

func TestAnUnknownOutcomeIsReconciledAndNeverSentBlindly(t *testing.T) {
	for name, c := range map[string]struct {
		before, after func(fakechannel.Taken) error
	}{
		"the vendor took it and its response was lost": {nil, cut},
		"the vendor never saw it":                      {cut, nil},
	} {
		t.Run(name, func(t *testing.T) {
			inWorld(t, func(w *world) {
				w.vendor.Intercept(c.before, c.after)
				w.start()
				w.post("message_1", "+15550142", "first")
				w.post("message_2", "+15550142", "second")
				w.after(time.Second)
				if d := w.delivery("message_1"); d.State != unknown {
					w.Errorf("meanwhile it is %v", d.State)
				}
				if d := w.delivery("message_2"); d.Attempts != 0 {
					w.Error("the second message did not wait for the first to be known")
				}
				w.vendor.Intercept(nil, nil)
				w.after(time.Minute)
				w.want("message_1", sent, "", "first", "second")
			})
		})
	}
}

// kill ends the runner as SIGKILL would: what runs may not write anything down any more.
func (w *world) kill(cutAt func(before, after func(fakechannel.Taken) error), messageID, to, text string) {
	ended, end := context.WithCancel(context.Background())
	end()
	hold := make(chan struct{})
	stopped := make(chan struct{})
	reached := make(chan struct{})
	die := func(fakechannel.Taken) error {
		close(reached)
		<-hold
		return errCut
	}
	cutAt(die, die)
	w.start()
	w.post(messageID, to, text)
	<-reached
	old := w.runner
	go func() {
		_ = old.Stop(ended)
		close(stopped)
	}()
	synctest.Wait()
	close(hold)
	<-stopped
	w.runner = nil
	w.vendor.Intercept(nil, nil)
}

func TestKilledWhileSendingItIsFoundOutAtTheNextStart(t *testing.T) {
	for name, taken := range map[string]bool{"before the vendor took it": false, "after the vendor took it, before that was written down": true} {
		t.Run(name, func(t *testing.T) {
			inWorld(t, func(w *world) {
				w.kill(func(before, after func(fakechannel.Taken) error) {
					if taken {
						before = nil
					} else {
						after = nil
					}
					w.vendor.Intercept(before, after)
				}, "message_1", "+15550142", "hello")
				if d := w.delivery("message_1"); d.Phase != delivery.Sending || d.State == sent {
					w.Fatalf("it was killed in phase %s, state %v", d.Phase, d.State)
				}
				w.start()
				w.after(time.Minute)
				w.want("message_1", sent, "", "hello")
				if states := w.timeline.states("message_1"); !slices.Contains(states, unknown) {
					w.Errorf("the timeline was told %v, without unknown", states)
				}
			})
		})
	}
}

func TestWhenOnlyAStatusCanTell(t *testing.T) {
	inWorld(t, func(w *world) {
		w.adapter.Blind = true
		w.vendor.Intercept(nil, cut)
		w.start()
		w.post("message_1", "+15550142", "first")
		w.after(time.Minute)
		if d := w.delivery("message_1"); d.State != unknown {
			w.Fatalf("before the status it is %v", d.State)
		}
		w.vendor.Intercept(nil, nil)
		w.post("message_2", "+15550142", "second")
		ref := w.vendor.Taken()[0].Ref
		w.status(channel.Status{ExternalID: "vendor-1", MessageRef: ref, State: delivered})
		w.after(time.Second)
		w.want("message_1", delivered, "", "first", "second")
	})
}

func TestSilenceCountsOnlyWhileWeListen(t *testing.T) {
	inWorld(t, func(w *world) {
		w.adapter.Blind, w.policy.Resend = true, true
		w.vendor.Intercept(nil, cut)
		w.start()
		w.post("message_1", "+15550142", "hello")
		w.stop()
		w.after(w.policy.UnknownFor)
		w.vendor.Intercept(nil, nil)
		w.start()
		w.after(time.Second)
		ref := w.vendor.Taken()[0].Ref
		w.status(channel.Status{ExternalID: "vendor-1", MessageRef: ref, State: delivered})
		w.after(2 * w.policy.UnknownFor)
		w.want("message_1", delivered, "", "hello")
	})
}

func TestWhatMayComeTwiceDoesNotComeForEver(t *testing.T) {
	inWorld(t, func(w *world) {
		w.adapter.Blind, w.policy.Resend, w.policy.MaxResends = true, true, 2
		w.vendor.Intercept(nil, cut)
		w.start()
		w.post("message_1", "+15550142", "hello")
		w.after(w.policy.MaxAge)
		w.want("message_1", failed, delivery.ReasonUnknownOutcome, "hello", "hello", "hello")
	})
}

func TestOfALimitedMessageNoResendIsUsedUp(t *testing.T) {
	inWorld(t, func(w *world) {
		w.adapter.Blind, w.policy.Resend = true, true
		w.vendor.Will(channeltest.RateLimits)
		w.start()
		w.post("message_1", "+15550142", "hello")
		w.after(time.Hour)
		if got := w.delivery("message_1").Attempts; got < 10 {
			w.Errorf("only %d attempts were limited", got)
		}
		w.vendor.Will(channeltest.Takes)
		w.vendor.Intercept(nil, cut)
		w.after(w.policy.MaxRetry)
		w.vendor.Intercept(nil, nil)
		w.after(w.policy.UnknownFor + time.Minute)
		w.want("message_1", sent, "", "hello", "hello")
	})
}

func TestAfterTheDeadlineThePolicyDecides(t *testing.T) {
	for name, c := range map[string]struct {
		resend bool
		state  contextv1.DeliveryState
		reason string
		texts  []string
	}{
		"fail":       {false, failed, delivery.ReasonUnknownOutcome, []string{"hello"}},
		"send again": {true, sent, "", []string{"hello", "hello"}},
	} {
		t.Run(name, func(t *testing.T) {
			inWorld(t, func(w *world) {
				w.adapter.Blind, w.policy.Resend = true, c.resend
				w.vendor.Intercept(nil, cut)
				w.start()
				w.post("message_1", "+15550142", "hello")
				w.after(w.policy.UnknownFor - time.Second)
				if d := w.delivery("message_1"); d.State != unknown || d.Attempts != 1 {
					w.Errorf("before the deadline it is %v after %d attempts", d.State, d.Attempts)
				}
				w.vendor.Intercept(nil, nil)
				w.after(time.Minute)
				w.want("message_1", c.state, c.reason, c.texts...)
			})
		})
	}
}
