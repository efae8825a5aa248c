package inbox_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/parleyhq/parley/adapters/channel"
	"github.com/parleyhq/parley/adapters/channel/fakechannel"
	"github.com/parleyhq/parley/adapters/channel/inbox"
	"github.com/parleyhq/parley/adapters/channel/sqlstore"
	"github.com/parleyhq/parley/mesh/clock"
	"github.com/parleyhq/parley/mesh/fault"
	"github.com/parleyhq/parley/mesh/seal"
	"github.com/parleyhq/parley/mesh/seal/sealtest"
	"github.com/parleyhq/parley/mesh/store"
	"github.com/parleyhq/parley/mesh/store/storetest"
	contextv1 "github.com/parleyhq/parley/proto/gen/parley/context/v1"
	"github.com/prometheus/client_golang/prometheus"
	"go.opentelemetry.io/otel/trace/noop"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
)

const sent = contextv1.DeliveryState_DELIVERY_STATE_SENT

// timeline is what the inbox sees of the context service. refuse says what becomes of a text.
type timeline struct {
	contextv1.ContextServiceClient
	mu     sync.Mutex
	texts  []string
	times  []time.Time
	keys   map[string]int
	refuse func(text string) error
	down   error
}

func (t *timeline) RecordEvents(_ context.Context, req *contextv1.RecordEventsRequest, _ ...grpc.CallOption) (*contextv1.RecordEventsResponse, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.down != nil {
		return nil, t.down
	}
	resp := &contextv1.RecordEventsResponse{}
	for _, e := range req.GetEvents() {
		text, result := e.GetMessage().GetContent().GetText(), &contextv1.EventResult{}
		if err := t.refuse(text); err != nil {
			result.Error = fault.Status(err).Proto()
		} else {
			t.texts = append(t.texts, text)
			t.keys[e.GetKey()]++
			t.times = append(t.times, e.GetOccurredTime().AsTime())
			result.CustomerId = "customer_" + e.GetSender().GetAddress()
		}
		resp.Results = append(resp.Results, result)
	}
	return resp, nil
}

func (t *timeline) recorded() []string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return slices.Clone(t.texts)
}

func (t *timeline) set(down error, refuse func(string) error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.down, t.refuse = down, refuse
}

func all(string) error { return nil }

// unheardOf is the id of a message that no delivery has.
const unheardOf = "o-unknown"

// outbound keeps what the sending side was told.
type outbound struct {
	mu    sync.Mutex
	told  []string
	heard []time.Time
}

func (o *outbound) note(what, who string) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.told = append(o.told, what+" "+who)
	return nil
}

func (o *outbound) Status(_ context.Context, _ channel.Account, s channel.Status) (string, error) {
	customer := "customer_of_" + s.ExternalID
	if s.ExternalID == unheardOf {
		customer = ""
	}
	return customer, o.note("status", s.ExternalID)
}
func (o *outbound) Heard(_ context.Context, _ channel.Account, who string, at time.Time) error {
	o.mu.Lock()
	o.heard = append(o.heard, at)
	o.mu.Unlock()
	return o.note("heard", who)
}
func (o *outbound) OptOut(_ context.Context, _ channel.Account, who string, _ time.Time) error {
	return o.note("opt out", who)
}
func (o *outbound) OptIn(_ context.Context, _ channel.Account, who string) error {
	return o.note("opt in", who)
}

// brokenStore is a store whose disk is full.
type brokenStore struct{ inbox.Store }

func (brokenStore) Commit(context.Context, inbox.Webhook, func(inbox.Accepted)) error {
	return errors.New("the disk is full")
}

// deafStore does not hear that its first write is durable.
type deafStore struct {
	inbox.Store
	hears bool
}

func (s *deafStore) Commit(ctx context.Context, w inbox.Webhook, accepted func(inbox.Accepted)) error {
	if s.hears {
		return s.Store.Commit(ctx, w, accepted)
	}
	s.hears = true
	return errors.Join(s.Store.Commit(ctx, w, func(inbox.Accepted) {}), errors.New("the connection broke while COMMIT was under way"))
}

type world struct {
	*testing.T
	db       *store.DB
	cfg      inbox.Config
	timeline *timeline
	outbound *outbound
	account  channel.Account
	adapter  *fakechannel.Adapter
	inbox    *inbox.Inbox
}

func inWorld(t *testing.T, test func(w *world)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		db := storetest.Open(t, "channels")
		tables, err := sqlstore.New(t.Context(), db)
		if err != nil {
			t.Fatal(err)
		}
		w := &world{T: t, db: db, timeline: &timeline{keys: map[string]int{}, refuse: all}, outbound: &outbound{}, account: fakechannel.Account("main")}
		w.adapter = fakechannel.New(w.account, fakechannel.NewVendor())
		w.cfg = inbox.Config{
			Adapters: []channel.Adapter{w.adapter},
			Store:    tables, Keeper: sealtest.New(t), Context: w.timeline, Outbound: w.outbound, Clock: clock.System,
			Log: slog.New(slog.DiscardHandler), Tracer: noop.NewTracerProvider(),
		}
		defer w.stop()
		test(w)
	})
}

func (w *world) open() {
	w.Helper()
	w.cfg.Metrics = prometheus.NewRegistry()
	in, err := inbox.New(w.cfg)
	if err != nil {
		w.Fatal(err)
	}
	w.inbox = in
}

func (w *world) start() {
	w.Helper()
	w.open()
	if err := w.inbox.Start(w.Context()); err != nil {
		w.Fatal(err)
	}
	synctest.Wait()
}

func (w *world) stop() {
	if w.inbox != nil {
		if err := w.inbox.Stop(context.Background()); err != nil {
			w.Error(err)
		}
	}
}

func (w *world) request(r *http.Request) *httptest.ResponseRecorder {
	resp := httptest.NewRecorder()
	w.inbox.Webhooks().ServeHTTP(resp, r)
	return resp
}

func says(from, id, text string) fakechannel.Said {
	return fakechannel.Said{Kind: channel.KindMessage, ID: id, From: from, Text: text, Time: time.Date(2026, 7, 1, 9, 0, 0, 0, time.UTC)}
}

// receive is one signed webhook, which must be answered 200.
func (w *world) receive(said ...fakechannel.Said) {
	w.Helper()
	if resp := w.request(fakechannel.Request(w.account, fakechannel.Body(said...))); resp.Code != http.StatusOK {
		w.Fatalf("answered %d: %s", resp.Code, resp.Body)
	}
}

func (w *world) after(d time.Duration) {
	time.Sleep(d) // the bubble's time
	synctest.Wait()
}

func (w *world) wantRecorded(want ...string) {
	w.Helper()
	if got := w.timeline.recorded(); !slices.Equal(got, want) {
		w.Errorf("recorded %q, want %q", got, want)
	}
}

func (w *world) wantRecordedInAnyOrder(want ...string) {
	w.Helper()
	got := w.timeline.recorded()
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		w.Errorf("recorded %q, want %q", got, want)
	}
}

func (w *world) letters() []inbox.Letter {
	w.Helper()
	found, err := w.inbox.Letters(w.Context(), "acme", "", "", 100)
	if err != nil {
		w.Fatal(err)
	}
	return found
}

func (w *world) nothingStored() {
	w.Helper()
	lanes, err := w.cfg.Store.WaitingLanes(w.Context(), "", 10)
	if err != nil || len(lanes) > 0 || len(w.letters()) > 0 {
		w.Errorf("stored: lanes %q, %d letters: %v", lanes, len(w.letters()), err)
	}
}

func TestWhatIsRefusedIsNeitherStoredNorEchoed(t *testing.T) {
	body := fakechannel.Body(says("+15550142", "m1", "echo me not"))
	account := fakechannel.Account("main")
	request := func(path string, body []byte) *http.Request {
		r := httptest.NewRequest(http.MethodPost, path, bytes.NewReader(body))
		r.Header.Set(fakechannel.SignatureHeader, fakechannel.Sign(account, body))
		return r
	}
	unsigned := request("/webhooks/fake/main", body)
	unsigned.Header.Del(fakechannel.SignatureHeader)
	forged := request("/webhooks/fake/main", body)
	forged.Header.Set(fakechannel.SignatureHeader, fakechannel.Sign(fakechannel.Account("other"), body))
	for name, c := range map[string]struct {
		request *http.Request
		want    int
	}{
		"no signature":               {unsigned, http.StatusUnauthorized},
		"another account's secret":   {forged, http.StatusUnauthorized},
		"over 1 MiB":                 {request("/webhooks/fake/main", bytes.Repeat([]byte("x"), inbox.MaxBody+1)), http.StatusRequestEntityTooLarge},
		"an unknown account":         {request("/webhooks/fake/nobody", body), http.StatusNotFound},
		"another provider's account": {request("/webhooks/twilio/main", body), http.StatusNotFound},
		"a GET without a challenge":  {httptest.NewRequest(http.MethodGet, "/webhooks/fake/main", nil), http.StatusNotFound},
	} {
		t.Run(name, func(t *testing.T) {
			inWorld(t, func(w *world) {
				w.open()
				resp := w.request(c.request)
				if resp.Code != c.want || strings.Contains(resp.Body.String(), "echo me not") {
					w.Errorf("answered %d %q, want %d", resp.Code, resp.Body, c.want)
				}
				w.nothingStored()
			})
		})
	}
}

func TestWhatCannotBeKeptIsNotAnswered200(t *testing.T) {
	inWorld(t, func(w *world) {
		w.cfg.Store = brokenStore{w.cfg.Store}
		w.open()
		resp := w.request(fakechannel.Request(w.account, fakechannel.Body(says("+15550142", "m1", "hello"))))
		if resp.Code != http.StatusServiceUnavailable || resp.Header().Get("Retry-After") == "" {
			w.Errorf("answered %d, %v", resp.Code, resp.Header())
		}
	})
}

func TestWhatIsRedeliveredBecauseACommitWasNotHeardOfIsRecorded(t *testing.T) {
	inWorld(t, func(w *world) {
		w.cfg.Store = &deafStore{Store: w.cfg.Store}
		w.start()
		first := says("+15550142", "m1", "hello")
		if resp := w.request(fakechannel.Request(w.account, fakechannel.Body(first))); resp.Code != http.StatusServiceUnavailable {
			w.Fatalf("answered %d", resp.Code)
		}
		w.receive(says("+15550142", "m2", "are you there"), first)
		w.after(time.Second)
		w.wantRecorded("hello", "are you there")
	})
}

func TestFiveIdenticalWebhooksAtOnceAreOneMessage(t *testing.T) {
	inWorld(t, func(w *world) {
		w.start()
		var five sync.WaitGroup
		for range 5 {
			five.Go(func() { w.receive(says("+15550142", "m1", "hello")) })
		}
		five.Wait()
		w.after(time.Second)
		w.wantRecorded("hello")
	})
}

func TestASenderIsRecordedInOrderAlsoAfterARestart(t *testing.T) {
	inWorld(t, func(w *world) {
		w.timeline.set(fault.New(codes.Unavailable, "DOWN", "down"), all)
		w.start()
		var want []string
		for i := range 150 {
			text := fmt.Sprintf("text %03d", i)
			w.receive(says("+15550142", text, text))
			want = append(want, text)
		}
		w.after(time.Minute)
		w.wantRecorded()
		w.stop()
		w.timeline.set(nil, all)
		w.start()
		w.after(time.Minute)
		w.wantRecorded(want...)
		w.receive(says("+15550142", "last", "last"))
		w.after(time.Second)
		w.wantRecorded(append(want, "last")...)
	})
}

func TestAFailingSenderStopsNobodyElse(t *testing.T) {
	inWorld(t, func(w *world) {
		w.cfg.Workers = 1
		w.timeline.set(nil, func(text string) error {
			if strings.HasPrefix(text, "ann") {
				return fault.New(codes.Unavailable, "NOT_NOW", "not now")
			}
			return nil
		})
		w.start()
		w.receive(says("+1ann", "a1", "ann 1"))
		w.after(time.Minute)
		w.receive(says("+1ben", "b1", "ben 1"))
		synctest.Wait()
		w.wantRecorded("ben 1")
		w.timeline.set(nil, all)
		w.after(time.Minute)
		w.wantRecorded("ben 1", "ann 1")
	})
}

func TestTheSendingSideHearsOfStatusesOptOutsAndWhoWrote(t *testing.T) {
	inWorld(t, func(w *world) {
		w.start()
		now := time.Now()
		w.receive(
			fakechannel.Said{Kind: channel.KindStatus, ID: "o1", From: "+1ann", State: sent, Time: now},
			fakechannel.Said{Kind: channel.KindOptOut, ID: "x1", From: "+1ann", Time: now},
			fakechannel.Said{Kind: channel.KindOptIn, ID: "x2", From: "+1ann", Time: now},
			fakechannel.Said{Kind: channel.KindTyping, ID: "t1", From: "+1ann", Time: now},
			says("+1ann", "m1", "hello"),
		)
		w.after(time.Second)
		isStatus := func(told string) bool { return told == "status o1" } // comes in its own lane, before or after the others
		if !slices.ContainsFunc(w.outbound.told, isStatus) {
			w.Errorf("told %q, want the status among it", w.outbound.told)
		}
		others := slices.DeleteFunc(slices.Clone(w.outbound.told), isStatus)
		if want := []string{"opt out +1ann", "opt in +1ann", "heard +1ann"}; !slices.Equal(others, want) {
			w.Errorf("told %q, want %q", others, want)
		}
		w.wantRecorded("hello")
	})
}

// Counted in turns, not in time: however much one sender sends, another waits for one turn of it at most.
func TestAFloodFromOneSenderDelaysAnotherByOneTurn(t *testing.T) {
	inWorld(t, func(w *world) {
		const flood = 5000
		var mu sync.Mutex
		waits := map[string][]int{}
		w.cfg.Workers = 1
		w.cfg.Observe = func(lane string, waited int) {
			mu.Lock()
			defer mu.Unlock()
			waits[lane] = append(waits[lane], waited)
		}
		w.open() // nothing is recorded yet
		for i := range flood / 100 {
			var burst []fakechannel.Said
			for j := range 100 {
				id := fmt.Sprintf("a%d-%d", i, j)
				burst = append(burst, says("+1ann", id, id))
			}
			w.receive(burst...)
		}
		w.receive(says("+1ben", "b1", "ben 1"))
		if err := w.inbox.Start(w.Context()); err != nil {
			w.Fatal(err)
		}
		w.after(time.Second)
		if got := len(w.timeline.recorded()); got > 20 {
			w.Errorf("%d recorded within a second: the flood is not held back", got)
		}
		w.after(10 * time.Minute)
		if got := len(w.timeline.recorded()); got != flood+1 {
			w.Errorf("%d recorded, want %d", got, flood+1)
		}
		if at := slices.Index(w.timeline.recorded(), "ben 1"); at > inbox.DefaultBatch {
			w.Errorf("ben was recorded after %d of ann's messages, want at most a batch of %d", at, inbox.DefaultBatch)
		}
		mu.Lock()
		defer mu.Unlock()
		for lane, waited := range waits {
			if slices.Max(waited) > 1 {
				w.Errorf("lane %s waited for %d turns", lane, slices.Max(waited))
			}
		}
	})
}

func TestNoWordStandsInClear(t *testing.T) {
	inWorld(t, func(w *world) {
		w.open()
		w.receive(says("+15550142", "wamid-of-15550142", "my secret"))
		rows := w.waitingRows()
		for _, r := range rows {
			text := fmt.Sprintf("%s %s %s %q %q", r.ID, r.Lane, r.Kind, r.Key, r.Sealed)
			for _, secret := range []string{"my secret", "15550142", "wamid"} {
				if strings.Contains(text, secret) {
					w.Errorf("%q stands in clear in %s", secret, text)
				}
			}
			if _, err := w.cfg.Keeper.Open(w.Context(), seal.Account("other"), r.Sealed, ""); err == nil {
				w.Error("another account's key opens it")
			}
		}
	})
}

func (w *world) waitingRows() []inbox.Row {
	w.Helper()
	lanes, err := w.cfg.Store.WaitingLanes(w.Context(), "", 10)
	if err != nil || len(lanes) != 1 {
		w.Fatalf("lanes %q: %v", lanes, err)
	}
	rows, err := w.cfg.Store.Waiting(w.Context(), lanes[0], 10)
	if err != nil || len(rows) == 0 {
		w.Fatalf("rows %d: %v", len(rows), err)
	}
	return rows
}
