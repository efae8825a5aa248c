package delivery_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/parleyhq/parley/adapters/channel"
	"github.com/parleyhq/parley/adapters/channel/channeltest"
	"github.com/parleyhq/parley/adapters/channel/delivery"
	"github.com/parleyhq/parley/adapters/channel/fakechannel"
	"github.com/parleyhq/parley/adapters/channel/sqlstore"
	"github.com/parleyhq/parley/mesh/clock"
	"github.com/parleyhq/parley/mesh/seal"
	"github.com/parleyhq/parley/mesh/seal/sealtest"
	"github.com/parleyhq/parley/mesh/store/storetest"
	contextv1 "github.com/parleyhq/parley/proto/gen/parley/context/v1"
	eventsv1 "github.com/parleyhq/parley/proto/gen/parley/events/v1"
	"github.com/prometheus/client_golang/prometheus"
	"go.opentelemetry.io/otel/trace/noop"
	"google.golang.org/grpc"
	"google.golang.org/protobuf/types/known/anypb"
)

const (
	unknown   = contextv1.DeliveryState_DELIVERY_STATE_UNKNOWN
	sent      = contextv1.DeliveryState_DELIVERY_STATE_SENT
	delivered = contextv1.DeliveryState_DELIVERY_STATE_DELIVERED
	read      = contextv1.DeliveryState_DELIVERY_STATE_READ
	failed    = contextv1.DeliveryState_DELIVERY_STATE_FAILED
)

// timeline is what the runner sees of the context service.
type timeline struct {
	contextv1.ContextServiceClient
	mu       sync.Mutex
	messages map[string]*contextv1.Message
	reports  map[string][]*contextv1.DeliveryStatus
	down     error
}

func (t *timeline) BatchGetMessages(_ context.Context, req *contextv1.BatchGetMessagesRequest, _ ...grpc.CallOption) (*contextv1.BatchGetMessagesResponse, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return &contextv1.BatchGetMessagesResponse{Messages: []*contextv1.Message{t.messages[req.GetMessageIds()[0]]}}, nil
}

func (t *timeline) RecordEvents(_ context.Context, req *contextv1.RecordEventsRequest, _ ...grpc.CallOption) (*contextv1.RecordEventsResponse, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.down != nil {
		return nil, t.down
	}
	for _, e := range req.GetEvents() {
		id := e.GetStatus().GetMessageId()
		t.reports[id] = append(t.reports[id], e.GetStatus())
	}
	return &contextv1.RecordEventsResponse{Results: make([]*contextv1.EventResult, len(req.GetEvents()))}, nil
}

func (t *timeline) states(messageID string) []contextv1.DeliveryState {
	t.mu.Lock()
	defer t.mu.Unlock()
	var states []contextv1.DeliveryState
	for _, r := range t.reports[messageID] {
		states = append(states, r.GetDelivery().GetState())
	}
	return states
}

// world is a runner with a vendor. Everything runs on the bubble's time.
type world struct {
	*testing.T
	timeline *timeline
	vendor   *fakechannel.Vendor
	adapter  *fakechannel.Adapter
	adapters []channel.Adapter // instead of adapter alone
	store    *sqlstore.Store
	keeper   *seal.Keeper
	policy   delivery.Policy
	runner   *delivery.Runner
}

func inWorld(t *testing.T, test func(w *world)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		tables, err := sqlstore.New(t.Context(), storetest.Open(t, "channels"))
		if err != nil {
			t.Fatal(err)
		}
		vendor := fakechannel.NewVendor()
		w := &world{
			T: t, vendor: vendor, adapter: fakechannel.New(fakechannel.Account("main"), vendor), store: tables, keeper: sealtest.New(t),
			timeline: &timeline{messages: map[string]*contextv1.Message{}, reports: map[string][]*contextv1.DeliveryStatus{}},
			policy:   delivery.DefaultPolicy(),
		}
		defer w.stop()
		test(w)
	})
}

func (w *world) all() []channel.Adapter {
	if w.adapters != nil {
		return w.adapters
	}
	return []channel.Adapter{w.adapter}
}

func (w *world) open() (*delivery.Runner, error) {
	return delivery.New(delivery.Config{
		Adapters: w.all(), Store: w.store, Keeper: w.keeper, Context: w.timeline, Clock: clock.System,
		Log: slog.New(slog.DiscardHandler), Metrics: prometheus.NewRegistry(), Tracer: noop.NewTracerProvider(),
		Policies: map[string]delivery.Policy{"main": w.policy},
	})
}

func (w *world) start() {
	w.Helper()
	r, err := w.open()
	if err != nil {
		w.Fatal(err)
	}
	w.runner = r
	if err := r.Start(w.Context()); err != nil {
		w.Fatal(err)
	}
}

func (w *world) stop() {
	if w.runner != nil {
		if err := w.runner.Stop(context.Background()); err != nil {
			w.Error(err)
		}
	}
}

func (w *world) post(messageID, to, text string) {
	w.Helper()
	w.postTo("main", messageID, to, text)
}

func (w *world) postTo(account, messageID, to, text string) {
	w.Helper()
	w.timeline.mu.Lock()
	w.timeline.messages[messageID] = &contextv1.Message{Id: messageID, CustomerId: "customer_" + to, Account: account, Address: to, Text: text}
	w.timeline.mu.Unlock()
	if err := w.runner.Take(w.Context(), w.posted("acme", account, messageID)); err != nil {
		w.Fatal(err)
	}
}

func (w *world) posted(tenant, account, messageID string) *eventsv1.Envelope {
	w.Helper()
	payload, err := anypb.New(&eventsv1.MessagePosted{MessageId: messageID, CustomerId: "customer_1", Account: account})
	if err != nil {
		w.Fatal(err)
	}
	return &eventsv1.Envelope{Id: "event_" + messageID, Tenant: tenant, Payload: payload}
}

// after lets this much time pass, and everything that then runs come to rest.
func (w *world) after(d time.Duration) {
	time.Sleep(d) // the bubble's time
	synctest.Wait()
}

func (w *world) texts() []string {
	var texts []string
	for _, m := range w.vendor.Taken() {
		texts = append(texts, m.Text)
	}
	return texts
}

func (w *world) delivery(messageID string) delivery.Delivery {
	w.Helper()
	parts, err := w.store.Parts(w.Context(), messageID)
	if err != nil || len(parts) == 0 {
		w.Fatalf("the deliveries of %s: %v, %v", messageID, parts, err)
	}
	return parts[0]
}

func (w *world) want(messageID string, state contextv1.DeliveryState, reason string, texts ...string) {
	w.Helper()
	if d := w.delivery(messageID); d.State != state || d.Reason != reason {
		w.Errorf("%s is %v (%s), want %v (%s)", messageID, d.State, d.Reason, state, reason)
	}
	if got := w.texts(); !slices.Equal(got, texts) {
		w.Errorf("the vendor took %q, want %q", got, texts)
	}
	if states := w.timeline.states(messageID); len(states) == 0 || states[len(states)-1] != state {
		w.Errorf("the timeline was told %v, want %v at last", states, state)
	}
}

var errCut = errors.New("cut")

func cut(fakechannel.Taken) error { return errCut }

func TestAPostedMessageIsSentOnce(t *testing.T) {
	inWorld(t, func(w *world) {
		w.start()
		w.post("message_1", "+15550142", "hello")
		w.post("message_1", "+15550142", "hello")
		w.after(time.Second)
		w.want("message_1", sent, "", "hello")
		if r, err := w.runner.Reveal(w.Context(), w.delivery("message_1")); err != nil || r.Address != "+15550142" || r.ExternalID != fakechannel.ID(1) {
			w.Errorf("revealed %+v, %v", r, err)
		}
	})
}

func TestALongTextIsSentInPartsInOrder(t *testing.T) {
	inWorld(t, func(w *world) {
		w.adapter.Can.MaxTextLength = 10
		w.start()
		w.post("message_1", "+15550142", "one two three four")
		w.after(time.Second)
		w.want("message_1", sent, "", "one two", "three four")
	})
}

func TestARefusalIsFinal(t *testing.T) {
	inWorld(t, func(w *world) {
		w.vendor.Will(channeltest.Refuses)
		w.start()
		w.post("message_1", "+15550142", "hello")
		w.after(time.Hour)
		w.want("message_1", failed, "REFUSED")
		if got := w.delivery("message_1").Attempts; got != 1 {
			w.Errorf("%d attempts, want 1", got)
		}
	})
}

func TestARateLimitIsWaitedForAsLongAsTheVendorAsks(t *testing.T) {
	inWorld(t, func(w *world) {
		w.vendor.Will(channeltest.RateLimits) // asks for 7 seconds
		w.start()
		w.post("message_1", "+15550142", "hello")
		synctest.Wait()
		w.vendor.Will(channeltest.Takes)
		w.after(6 * time.Second)
		if got := w.texts(); len(got) > 0 {
			w.Errorf("sent too early: %q", got)
		}
		w.after(2 * time.Second)
		w.want("message_1", sent, "", "hello")
	})
}

func (w *world) status(s channel.Status) {
	w.Helper()
	if _, err := w.runner.Status(w.Context(), w.adapter.Account(), s); err != nil {
		w.Fatal(err)
	}
}

func TestStatusesInAnyOrderGiveTheRightState(t *testing.T) {
	orders := [][]contextv1.DeliveryState{
		{sent, delivered, read}, {sent, read, delivered}, {delivered, sent, read},
		{delivered, read, sent}, {read, sent, delivered}, {read, delivered, sent},
	}
	for _, order := range orders {
		for _, early := range []int{0, 1, 3} {
			t.Run(fmt.Sprintf("%v, %d before the response", order, early), func(t *testing.T) {
				inWorld(t, func(w *world) {
					w.start()
					for _, state := range order[:early] {
						w.status(channel.Status{ExternalID: fakechannel.ID(1), State: state})
					}
					w.post("message_1", "+15550142", "hello")
					w.after(time.Second)
					for _, state := range order[early:] {
						w.status(channel.Status{ExternalID: fakechannel.ID(1), State: state})
					}
					w.after(time.Second)
					w.want("message_1", read, "", "hello")
				})
			})
		}
	}
}

func TestTheRunnerAloneEnforces(t *testing.T) {
	account, to := fakechannel.Account("main"), "+15550142"
	for name, c := range map[string]struct {
		window time.Duration
		before func(w *world) error
		state  contextv1.DeliveryState
		reason string
	}{
		"nothing to whom opted out": {0, func(w *world) error {
			return w.runner.OptOut(w.Context(), account, to, time.Now())
		}, failed, delivery.ReasonSuppressed},
		"something to whom opted in again": {0, func(w *world) error {
			return errors.Join(w.runner.OptOut(w.Context(), account, to, time.Now()), w.runner.OptIn(w.Context(), account, to))
		}, sent, ""},
		"nothing to whom never wrote, on a channel with a service window": {24 * time.Hour, func(*world) error { return nil }, failed, delivery.ReasonOutsideWindow},
		"nothing after the service window closed": {24 * time.Hour, func(w *world) error {
			return w.runner.Heard(w.Context(), account, "15550142", time.Now().Add(-25*time.Hour))
		}, failed, delivery.ReasonOutsideWindow},
		"something within the service window": {24 * time.Hour, func(w *world) error {
			return w.runner.Heard(w.Context(), account, "15550142", time.Now().Add(-23*time.Hour))
		}, sent, ""},
	} {
		t.Run(name, func(t *testing.T) {
			inWorld(t, func(w *world) {
				w.adapter.Can.ServiceWindowSeconds = int64(c.window / time.Second)
				w.start()
				if err := c.before(w); err != nil {
					w.Fatal(err)
				}
				w.post("message_1", to, "hello")
				w.after(time.Second)
				var texts []string
				if c.state == sent {
					texts = []string{"hello"}
				}
				w.want("message_1", c.state, c.reason, texts...)
			})
		})
	}
}

func TestPacingHoldsAnAccountAndARecipientBack(t *testing.T) {
	inWorld(t, func(w *world) {
		w.policy.AccountRate, w.policy.AccountBurst = 2, 2
		w.policy.RecipientRate, w.policy.RecipientBurst = 1, 1
		w.start()
		for i := range 4 {
			w.post(fmt.Sprintf("message_a%d", i), "+15550101", fmt.Sprintf("a%d", i))
		}
		w.post("message_b", "+15550102", "b")
		synctest.Wait()
		if got := len(w.texts()); got > 2 {
			w.Errorf("%d messages at once, the burst is 2", got)
		}
		w.after(1500 * time.Millisecond)
		if got := w.texts(); !slices.Contains(got, "b") || len(got) > 5 {
			w.Errorf("after 1.5 s: %q", got)
		}
		w.after(10 * time.Second)
		toA := slices.DeleteFunc(w.texts(), func(s string) bool { return s == "b" })
		if !slices.Equal(toA, []string{"a0", "a1", "a2", "a3"}) {
			w.Errorf("to one recipient: %q", toA)
		}
	})
}

func TestTheTimelineIsToldWhenItAnswersAgain(t *testing.T) {
	inWorld(t, func(w *world) {
		w.timeline.down = errors.New("context is down")
		w.start()
		w.post("message_1", "+15550142", "hello")
		w.after(time.Minute)
		w.stop()
		w.timeline.down = nil
		w.start()
		w.after(time.Minute)
		w.want("message_1", sent, "", "hello")
	})
}

func TestAMessageThatCannotBeTakenStandsAsFailed(t *testing.T) {
	inWorld(t, func(w *world) {
		w.start()
		for range 2 {
			if err := w.runner.GiveUp(w.Context(), w.posted("acme", "main", "message_1"), errCut); err != nil {
				w.Fatal(err)
			}
		}
		w.after(time.Second)
		w.want("message_1", failed, delivery.ReasonNotTaken)
	})
}

func TestNothingIsSentToWhomWasErased(t *testing.T) {
	inWorld(t, func(w *world) {
		w.vendor.Will(channeltest.RateLimits)
		w.start()
		w.post("message_1", "+15550142", "hello")
		synctest.Wait()
		if err := w.keeper.Destroy(w.Context(), seal.Customer("customer_+15550142")); err != nil {
			w.Fatal(err)
		}
		w.vendor.Will(channeltest.Takes)
		w.after(time.Minute)
		w.want("message_1", failed, delivery.ReasonErased)
		if r, err := w.runner.Reveal(w.Context(), w.delivery("message_1")); err != nil || r.Address != "" {
			w.Errorf("revealed %+v, %v", r, err)
		}
	})
}
