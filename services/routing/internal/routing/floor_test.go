package routing_test

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/uuid"
	"github.com/parleyhq/parley/mesh/caller"
	"github.com/parleyhq/parley/mesh/clock"
	"github.com/parleyhq/parley/mesh/store"
	"github.com/parleyhq/parley/mesh/store/storetest"
	"github.com/parleyhq/parley/mesh/timer"
	"github.com/parleyhq/parley/mesh/typeid"
	"github.com/parleyhq/parley/services/routing/internal/routing"
	"github.com/parleyhq/parley/services/routing/internal/sqlstore"
)

const tenant = "aurora"

func policy() routing.Policy {
	return routing.Policy{
		OfferTimeout: 30 * time.Second, IgnoredOffers: 2, ShunFor: time.Minute, Lease: time.Minute, MaxWaiting: 1000,
	}
}

// floor is a desk over a store whose timers run.
type floor struct {
	*routing.Desk
	t      testing.TB
	tenant string
	store  *sqlstore.Store
	heard  *heard
}

// heard is what was told.
type heard struct {
	mu   sync.Mutex
	news []routing.News
}

func (h *heard) Add(_ context.Context, _ *store.Tx, n routing.News) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.news = append(h.news, n)
	return nil
}

func (h *heard) last() routing.News {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.news[len(h.news)-1]
}

func openFloor(t testing.TB, db *store.DB, p routing.Policy, events sqlstore.Events) *floor {
	t.Helper()
	timers, err := timer.New(db, clock.System, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	s, err := sqlstore.New(t.Context(), db, events, timers, clock.System)
	if err != nil {
		t.Fatal(err)
	}
	desk := routing.NewDesk(s, clock.System, p)
	s.HandleAlarms(desk.Ring)
	if err := timers.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := timers.Stop(context.Background()); err != nil {
			t.Error(err)
		}
	})
	return &floor{Desk: desk, t: t, tenant: tenant, store: s}
}

// onAFloor runs the test with time that passes when everybody waits, and a queue "billing" that wants that skill.
func onAFloor(t *testing.T, test func(t *testing.T, f *floor)) {
	synctest.Test(t, func(t *testing.T) {
		h := &heard{}
		f := openFloor(t, storetest.Open(t, "routing"), policy(), h)
		f.heard = h
		f.queue(routing.Queue{Name: "billing", Skills: []string{"billing"}})
		test(t, f)
	})
}

// later lets time pass, and whatever is due then happen: timers ring a microsecond after their time.
func later(d time.Duration) {
	time.Sleep(d + time.Millisecond)
	synctest.Wait()
}

func (f *floor) ctx() context.Context {
	return caller.With(f.t.Context(), caller.Service(f.tenant, "assistant"))
}

func (f *floor) assistant() routing.By {
	return routing.By{Tenant: f.tenant, Actor: routing.Service, Principal: "service:assistant"}
}

func (f *floor) operator() routing.By {
	return routing.By{Tenant: f.tenant, Actor: routing.Operator, Principal: "key:operator"}
}

func (f *floor) as(agent string) routing.By {
	return routing.By{Tenant: f.tenant, Actor: routing.Holder, Principal: "agent:" + agent, Agent: agent}
}

func (f *floor) queue(q routing.Queue) {
	f.t.Helper()
	q.Tenant = f.tenant
	if _, err := f.CreateQueue(f.ctx(), q); err != nil {
		f.t.Fatal(err)
	}
}

// hired is an agent with the skill "billing" and room on webchat, who is OFFLINE.
func (f *floor) hired(name string, room int, skills ...string) {
	f.t.Helper()
	a := routing.Agent{
		Tenant: f.tenant, Name: name, Skills: append(skills, "billing"), Capacity: map[string]int{"webchat": room},
	}
	if _, err := f.CreateAgent(f.ctx(), a); err != nil {
		f.t.Fatal(err)
	}
}

// there is an agent who is AVAILABLE.
func (f *floor) there(name string, room int, skills ...string) {
	f.t.Helper()
	f.hired(name, room, skills...)
	f.status(name, routing.Available)
}

func (f *floor) status(name string, s routing.Status) routing.Agent {
	f.t.Helper()
	a, err := f.SetStatus(f.ctx(), f.as(name), "", s)
	if err != nil {
		f.t.Fatal(err)
	}
	return a
}

func wish() routing.Wish {
	return routing.Wish{
		ConversationID: typeid.New(routing.ConversationPrefix), CustomerID: typeid.New(routing.CustomerPrefix),
		Queue: "billing", Channel: "webchat", HandoffReason: "CUSTOMER_ASKED",
	}
}

func request() routing.Request {
	return routing.Request{Method: "routing.RequestAgent", ID: uuid.NewString()}
}

func (f *floor) wants(w routing.Wish) routing.Task {
	f.t.Helper()
	task, err := f.Request(f.ctx(), f.assistant(), request(), w)
	if err != nil {
		f.t.Fatal(err)
	}
	return task
}

func (f *floor) task(id string) routing.Task {
	f.t.Helper()
	task, err := f.store.Task(f.t.Context(), f.tenant, id)
	if err != nil {
		f.t.Fatal(err)
	}
	return task
}

func (f *floor) agent(name string) routing.Agent {
	f.t.Helper()
	a, err := f.store.Agent(f.t.Context(), f.tenant, name)
	if err != nil {
		f.t.Fatal(err)
	}
	return a
}

func (f *floor) accepted(name, offerID string) routing.Task {
	f.t.Helper()
	task, err := f.Accept(f.ctx(), f.as(name), offerID)
	if err != nil {
		f.t.Fatal(err)
	}
	return task
}

// wantIs checks where the task is and with whom.
func (f *floor) wantIs(id string, s routing.State, agent string) routing.Task {
	f.t.Helper()
	task := f.task(id)
	if task.State != s || task.Agent != agent {
		f.t.Errorf("the task is %s with %q, want %s with %q", task.State, task.Agent, s, agent)
	}
	return task
}

func wantError(t testing.TB, got, want error) {
	t.Helper()
	if !errors.Is(got, want) {
		t.Errorf("got error %v, want %v", got, want)
	}
}
