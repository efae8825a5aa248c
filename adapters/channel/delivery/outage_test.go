package delivery_test

import (
	"testing"
	"time"

	"github.com/parleyhq/parley/adapters/channel/channeltest"
	"github.com/parleyhq/parley/adapters/channel/delivery"
)

// outages are what a vendor does that is down, and its coming back.
var outages = map[string]struct{ begin, end func(w *world) }{
	"it answers that it failed": {
		func(w *world) { w.vendor.Will(channeltest.Stumbles) },
		func(w *world) { w.vendor.Will(channeltest.Takes) },
	},
	"it asks to wait": {
		func(w *world) { w.vendor.Will(channeltest.RateLimits) },
		func(w *world) { w.vendor.Will(channeltest.Takes) },
	},
	"it cuts connections, and later does not know of the message": {
		func(w *world) { w.vendor.Intercept(cut, nil) },
		func(w *world) { w.vendor.Intercept(nil, nil) },
	},
}

func TestAnAnswerOutlivesAnOutageOfTheVendor(t *testing.T) {
	for name, outage := range outages {
		t.Run(name, func(t *testing.T) {
			inWorld(t, func(w *world) {
				outage.begin(w)
				w.start()
				w.post("message_1", "+15550142", "hello")
				w.after(3 * time.Hour)
				outage.end(w)
				w.after(w.policy.MaxRetry + time.Minute)
				w.want("message_1", sent, "", "hello")
			})
		})
	}
}

func TestAnOutageOfADayEndsTheTries(t *testing.T) {
	for name, outage := range outages {
		t.Run(name, func(t *testing.T) {
			inWorld(t, func(w *world) {
				outage.begin(w)
				w.start()
				w.post("message_1", "+15550142", "hello")
				w.after(w.policy.MaxAge + w.policy.MaxRetry + time.Minute)
				w.want("message_1", failed, delivery.ReasonExpired)
				if got := w.delivery("message_1").Attempts; got > 700 {
					w.Errorf("the vendor was called %d times in a day", got)
				}
			})
		})
	}
}
