package delivery_test

import (
	"context"
	"testing"
	"time"

	"github.com/parleyhq/parley/adapters/channel"
	"github.com/parleyhq/parley/adapters/channel/delivery"
	"github.com/parleyhq/parley/adapters/channel/fakechannel"
	"github.com/parleyhq/parley/mesh/typeid"
	contextv1 "github.com/parleyhq/parley/proto/gen/parley/context/v1"
)

func TestASealThatIsBrokenHoldsNothingUp(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*delivery.Delivery)
		state  contextv1.DeliveryState
		reason string
	}{
		"before the first attempt":  {func(d *delivery.Delivery) { d.Phase = delivery.Pending }, failed, delivery.ReasonUnreadable},
		"while it is unknown":       {func(d *delivery.Delivery) { d.Phase, d.State = delivery.Unsure, unknown }, failed, delivery.ReasonUnreadable},
		"when the timeline is told": {func(d *delivery.Delivery) { d.Fold(sent, ""); d.ExternalID = []byte("broken") }, sent, ""},
	} {
		t.Run(name, func(t *testing.T) {
			inWorld(t, func(w *world) {
				now := time.Now()
				d := delivery.Delivery{
					ID: typeid.New("delivery"), Tenant: "acme", Account: "main", Lane: "main/ann", MessageID: "message_1", CustomerID: "customer_1",
					Part: 1, Parts: 1, Payload: []byte("broken"), CreateTime: now, UpdateTime: now, AttemptTime: now,
				}
				c.change(&d)
				if err := w.store.Add(w.Context(), []delivery.Delivery{d}); err != nil {
					w.Fatal(err)
				}
				w.start()
				w.after(time.Second)
				w.want("message_1", c.state, c.reason)
				if _, err := w.runner.Reveal(w.Context(), d); err != nil {
					w.Errorf("it cannot be listed: %v", err)
				}
			})
		})
	}
}

// curious notes when it is asked what became of an attempt, and never knows.
type curious struct {
	*fakechannel.Adapter
	asked *[]time.Time
}

func (a curious) Reconcile(context.Context, channel.Outgoing, channel.Attempt) (channel.Outcome, channel.SendResult, error) {
	*a.asked = append(*a.asked, time.Now())
	return channel.OutcomeUnknown, channel.SendResult{}, nil
}

func TestAYoungUnknownAttemptIsAskedAboutOften(t *testing.T) {
	inWorld(t, func(w *world) {
		var asked []time.Time
		w.adapters = []channel.Adapter{curious{w.adapter, &asked}}
		w.policy.UnknownFor = time.Hour
		w.vendor.Intercept(nil, cut)
		w.start()
		began := time.Now()
		w.post("message_1", "+15550142", "hello")
		w.after(2 * time.Hour)
		last := began
		var young, old int
		for _, at := range asked {
			step, age := at.Sub(last), last.Sub(began)
			switch {
			case age < time.Minute:
				young++
				if step > 5*time.Second {
					w.Errorf("%v old it was asked about only after %v", age, step)
				}
			default:
				old++
				if step > w.policy.MaxRetry {
					w.Errorf("%v old it was asked about only after %v", age, step)
				}
			}
			last = at
		}
		if young < 10 || young > 40 || old < 10 || old > 40 {
			w.Errorf("asked %d times in the first minute and %d times in the hour after it", young, old)
		}
		w.want("message_1", failed, delivery.ReasonUnknownOutcome, "hello")
	})
}
