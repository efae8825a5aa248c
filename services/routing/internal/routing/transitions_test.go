package routing_test

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/parleyhq/parley/mesh/store/storetest"
	"github.com/parleyhq/parley/mesh/typeid"
	"github.com/parleyhq/parley/services/routing/internal/routing"
)

var rewrite = flag.Bool("write", false, "write transitions.md anew")

const page = "transitions.md"

func TestPageShowsTheTransitionsAsTheyAre(t *testing.T) {
	want := render()
	if *rewrite {
		if err := os.WriteFile(page, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != want {
		t.Error("transitions.md is not what transitions.go says: go test -run Page -write")
	}
}

func render() string {
	var b strings.Builder
	b.WriteString(`# What may happen to a task

Rendered from transitions.go by ` + "`go test -run Page -write`" + `. What has no row does not happen. Everything in a row happens in
one transaction, or nothing; at its end every offer is made that has become possible.

| from | event | by | to | its offer | its agent | told | why |
|---|---|---|---|---|---|---|---|
`)
	for _, r := range routing.Transitions {
		var by []string
		for _, a := range r.By {
			by = append(by, a.String())
		}
		fmt.Fprintf(&b, "| %s | %s | %s | %s | %s | %s | %s | %s |\n",
			r.From, r.Event, strings.Join(by, ", "), r.To, r.Offer, r.Agent, r.Tells, r.Why)
	}
	return b.String()
}

// states, events and actors, all of them.
var (
	states = []routing.State{
		routing.Nothing, routing.Waiting, routing.Offered, routing.Accepted, routing.Completed, routing.Cancelled,
	}
	events = []routing.Event{
		routing.Requesting, routing.Offering, routing.Accepting, routing.Rejecting, routing.Expiring, routing.Withdrawing,
		routing.Losing, routing.Transferring, routing.Completing, routing.Cancelling,
	}
	actors = []routing.Actor{routing.Service, routing.Operator, routing.Holder, routing.Router}
)

func find(from routing.State, event routing.Event) (routing.Transition, bool) {
	at := slices.IndexFunc(routing.Transitions, func(r routing.Transition) bool { return r.From == from && r.Event == event })
	if at < 0 {
		return routing.Transition{}, false
	}
	return routing.Transitions[at], true
}

func TestEveryStateMeetsEveryEventByEverybody(t *testing.T) {
	h := &heard{}
	f := openFloor(t, storetest.Open(t, "routing"), policy(), h)
	f.heard = h
	f.queue(routing.Queue{Name: "billing"})
	f.hired("agent-ana", 1)
	for _, from := range states {
		for _, event := range events {
			for _, actor := range actors {
				t.Run(fmt.Sprintf("%s/%s/%s", from, event, actor), func(t *testing.T) {
					f.t = t
					f.meets(from, event, actor)
				})
			}
		}
	}
}

// meets has an event happen to a task in a state, and checks all that the row of the table says.
func (f *floor) meets(from routing.State, event routing.Event, actor routing.Actor) {
	f.t.Helper()
	r, exists := find(from, event)
	task := f.taskIn(from)
	before := task
	if event == routing.Offering {
		task.Agent = "agent-ana"
	}
	agent := f.agent("agent-ana")
	by := routing.By{Tenant: f.tenant, Actor: actor, Principal: "somebody", Agent: "agent-ana"}
	now := time.Now().UTC().Add(time.Second).Truncate(time.Microsecond)
	err := f.store.Write(f.t.Context(), f.tenant, func(ctx context.Context, tx routing.Tx) error {
		attempt := task
		if err := routing.Apply(f.Desk, ctx, tx, &attempt, event, by, now); err != nil {
			return err
		}
		task = attempt
		return nil
	})
	var wrong *routing.StateError
	switch {
	case !exists:
		if !errors.As(err, &wrong) || wrong.State != from {
			f.t.Errorf("got %v, want that the task is %s", err, from)
		}
		return
	case !slices.Contains(r.By, actor):
		wantError(f.t, err, routing.ErrActor)
		return
	case err != nil:
		f.t.Fatal(err)
	}
	f.follows(r, before, task, agent, now)
}

// taskIn makes a task that is in the state, with its offer.
func (f *floor) taskIn(s routing.State) routing.Task {
	f.t.Helper()
	task := routing.Task{
		Tenant: f.tenant, ID: typeid.New(routing.TaskPrefix), ConversationID: typeid.New(routing.ConversationPrefix),
		CustomerID: typeid.New(routing.CustomerPrefix), Queue: "billing", Skills: []string{}, Channel: "webchat", Priority: 5,
		CreateTime: time.Now().UTC().Truncate(time.Microsecond),
	}
	path := map[routing.State][]routing.Event{
		routing.Waiting:   {routing.Requesting},
		routing.Offered:   {routing.Requesting, routing.Offering},
		routing.Accepted:  {routing.Requesting, routing.Offering, routing.Accepting},
		routing.Completed: {routing.Requesting, routing.Offering, routing.Accepting, routing.Completing},
		routing.Cancelled: {routing.Requesting, routing.Cancelling},
	}[s]
	err := f.store.Write(f.t.Context(), f.tenant, func(ctx context.Context, tx routing.Tx) error {
		attempt := task
		for _, event := range path {
			r, _ := find(attempt.State, event)
			if event == routing.Offering {
				attempt.Agent = "agent-ana"
			}
			by := routing.By{Tenant: f.tenant, Actor: r.By[0], Principal: "somebody", Agent: "agent-ana"}
			if err := routing.Apply(f.Desk, ctx, tx, &attempt, event, by, attempt.CreateTime); err != nil {
				return err
			}
		}
		task = attempt
		return nil
	})
	if err != nil {
		f.t.Fatal(err)
	}
	return task
}

// follows checks what the transition left behind.
func (f *floor) follows(r routing.Transition, before, task routing.Task, agent routing.Agent, now time.Time) {
	f.t.Helper()
	kept := f.task(task.ID)
	if kept.State != r.To || kept.Sequence != before.Sequence+1 || !kept.CreateTime.Equal(before.CreateTime) {
		f.t.Errorf("the task is %+v", kept)
	}
	if kept.State.Held() != (kept.OfferID != "") || (kept.State == routing.Offered) == kept.OfferExpireTime.IsZero() {
		f.t.Errorf("a task that is %s has the offer %q until %v", kept.State, kept.OfferID, kept.OfferExpireTime)
	}
	if r.To.Open() == !kept.CloseTime.IsZero() {
		f.t.Errorf("a task that is %s was closed at %v", r.To, kept.CloseTime)
	}
	news := f.heard.last()
	if news.Tale != r.Tells || news.Task.ID != task.ID || news.Task.Sequence != kept.Sequence ||
		news.Step.From != r.From || news.Step.To != r.To {
		f.t.Errorf("what was told is %+v", news)
	}
	offerID := before.OfferID
	if r.To == routing.Offered {
		offerID = kept.OfferID
	}
	if r.Offer != 0 {
		o, err := f.store.Offer(f.t.Context(), f.tenant, offerID)
		if err != nil || o.State != r.Offer {
			f.t.Errorf("the offer is %v (%v), want %s", o.State, err, r.Offer)
		}
	}
	f.meant(r, task, agent, now)
}

// meant checks what the transition means for the agent.
func (f *floor) meant(r routing.Transition, task routing.Task, before routing.Agent, now time.Time) {
	f.t.Helper()
	after := f.agent("agent-ana")
	idle := before.IdleSince
	if r.Agent == routing.IsGiven || r.Agent == routing.IsDone || r.Agent == routing.IsDoneAndShunned {
		idle = now
	}
	ignored := before.Ignored
	switch r.Agent {
	case routing.Answers, routing.AnswersAndIsShunned:
		ignored = 0
	case routing.Ignores:
		ignored++
	default:
	}
	if !after.IdleSince.Equal(idle) || after.Ignored != ignored {
		f.t.Errorf("idle since %v, ignored %d; want %v, %d", after.IdleSince, after.Ignored, idle, ignored)
	}
	shuns, err := f.store.Shuns(f.t.Context(), f.tenant, task.ID, now)
	if err != nil || (len(shuns) == 1) != r.Agent.Shuns() {
		f.t.Errorf("not to be asked: %v (%v)", shuns, err)
	}
}
