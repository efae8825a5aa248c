package idempotency

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"testing"
	"time"

	"github.com/parleyhq/parley/mesh/caller"
	"github.com/parleyhq/parley/mesh/fault"
	"github.com/parleyhq/parley/mesh/store"
	"github.com/parleyhq/parley/mesh/store/storetest"
	"github.com/parleyhq/parley/mesh/timer"
	eventsv1 "github.com/parleyhq/parley/proto/gen/parley/events/v1"
	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/proto"
)

const request = "8f14e45f-ceea-467f-a8f2-0d3b2a4d5c11"

// desk makes a dispute for each call that is really made.
type desk struct {
	db       *store.DB
	requests *Requests
	now      time.Time
	mu       sync.Mutex
	made     int
	fails    error
}

func newDesk(t testing.TB, db *store.DB) *desk {
	t.Helper()
	d := &desk{db: db, now: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)}
	clk := func() time.Time { return d.now }
	timers, err := timer.New(db, clk, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	requests, err := New(db, timers, clk)
	if err != nil {
		t.Fatal(err)
	}
	d.requests = requests
	return d
}

func (d *desk) call(ctx context.Context, method, id string, payload proto.Message) (answer string, err error) {
	err = d.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		answer, err = d.requests.Once(ctx, tx, method, id, payload, func() (string, error) {
			d.mu.Lock()
			defer d.mu.Unlock()
			d.made++
			return fmt.Sprintf("dispute_%d", d.made), d.fails
		})
		return err
	})
	return answer, err
}

func as(t testing.TB, tenant, principal string) context.Context {
	return caller.With(t.Context(), caller.Service(tenant, principal))
}

func about(customer string) proto.Message { return &eventsv1.MessagePosted{CustomerId: customer} }

func onEngines(t *testing.T, test func(t *testing.T, d *desk)) {
	storetest.Engines(t, func(t *testing.T, open func(testing.TB, string) *store.DB) {
		test(t, newDesk(t, open(t, "test")))
	})
}

func TestTheSameCallTwiceIsOneCall(t *testing.T) {
	onEngines(t, func(t *testing.T, d *desk) {
		for range 3 {
			got, err := d.call(as(t, "aurora", "billing"), "OpenDispute", request, about("a"))
			if err != nil || got != "dispute_1" {
				t.Errorf("answered %q, %v", got, err)
			}
		}
	})
}

func TestTheSameCallAtOnceIsOneCall(t *testing.T) {
	onEngines(t, func(t *testing.T, d *desk) {
		answers := make([]string, 8)
		var wg sync.WaitGroup
		for i := range answers {
			wg.Go(func() {
				var err error
				if answers[i], err = d.call(as(t, "aurora", "billing"), "OpenDispute", request, about("a")); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		for _, got := range answers {
			if got != answers[0] {
				t.Errorf("answered %q", answers)
			}
		}
	})
}

func TestAnotherPayloadUnderTheSameRequestIDIsRefused(t *testing.T) {
	onEngines(t, func(t *testing.T, d *desk) {
		ctx := as(t, "aurora", "billing")
		if _, err := d.call(ctx, "OpenDispute", request, about("a")); err != nil {
			t.Fatal(err)
		}
		_, err := d.call(ctx, "OpenDispute", request, about("b"))
		if fault.Code(err) != codes.AlreadyExists || fault.Reason(err) != "REQUEST_ID_REUSED" || d.made != 1 {
			t.Errorf("%v, %d made", err, d.made)
		}
	})
}

func TestRequestIDsOfOthersAreTheirOwn(t *testing.T) {
	onEngines(t, func(t *testing.T, d *desk) {
		calls := []struct {
			ctx        context.Context
			method, id string
		}{
			{as(t, "aurora", "billing"), "OpenDispute", request},
			{as(t, "borealis", "billing"), "OpenDispute", request},
			{as(t, "aurora", "outreach"), "OpenDispute", request},
			{as(t, "aurora", "billing"), "WithdrawDispute", request},
			{as(t, "aurora", "billing"), "OpenDispute", "another"},
		}
		for i, c := range calls {
			got, err := d.call(c.ctx, c.method, c.id, about("a"))
			if want := fmt.Sprintf("dispute_%d", i+1); err != nil || got != want {
				t.Errorf("call %d answered %q, %v", i, got, err)
			}
		}
	})
}

func TestAFailedCallMayBeMadeAgain(t *testing.T) {
	onEngines(t, func(t *testing.T, d *desk) {
		d.fails = errors.New("no such invoice")
		if _, err := d.call(as(t, "aurora", "billing"), "OpenDispute", request, about("a")); !errors.Is(err, d.fails) {
			t.Fatal(err)
		}
		d.fails = nil
		if got, err := d.call(as(t, "aurora", "billing"), "OpenDispute", request, about("b")); err != nil || got != "dispute_2" {
			t.Errorf("answered %q, %v", got, err)
		}
	})
}

func TestARequestIsForgottenAfterAWeek(t *testing.T) {
	onEngines(t, func(t *testing.T, d *desk) {
		ctx := as(t, "aurora", "billing")
		for _, step := range []struct {
			after time.Duration
			want  string
		}{{0, "dispute_1"}, {kept - time.Microsecond, "dispute_1"}, {time.Microsecond, "dispute_2"}} {
			d.now = d.now.Add(step.after)
			if got, err := d.call(ctx, "OpenDispute", request, about("a")); err != nil || got != step.want {
				t.Errorf("answered %q, %v; want %q", got, err, step.want)
			}
		}
	})
}

func TestWithoutARequestIDOrACallerNothingIsDone(t *testing.T) {
	d := newDesk(t, storetest.Open(t, "test"))
	if _, err := d.call(as(t, "aurora", "billing"), "OpenDispute", "", about("a")); fault.Reason(err) != "REQUEST_ID_REQUIRED" {
		t.Errorf("without an id: %v", err)
	}
	if _, err := d.call(t.Context(), "OpenDispute", request, about("a")); fault.Reason(err) != "NO_CALLER" {
		t.Errorf("without a caller: %v", err)
	}
	if d.made != 0 {
		t.Error("something was done")
	}
}
