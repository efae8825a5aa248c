// Package routingtest is the contract that every routing.Store keeps.
package routingtest

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/parleyhq/parley/mesh/typeid"
	"github.com/parleyhq/parley/services/routing/internal/routing"
)

const tenant = "aurora"

var start = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)

// TestStore runs the contract. Each call of open gives a new, empty store.
func TestStore(t *testing.T, open func(testing.TB) routing.Store) {
	for _, c := range []struct {
		name string
		test func(*testing.T, routing.Store)
	}{
		{"a task is read back as it was written, with its history", taskIsKept},
		{"a conversation has one open task, however many ask at once", oneIsOpen},
		{"a closed task makes room for the next, whose steps count on", closedMakesRoom},
		{"a task that was changed meanwhile is not changed again", staleTask},
		{"the tasks of a conversation become another customer's", given},
		{"who waits comes in order, those alone whom somebody could take", waiting},
		{"who is not to be asked about a task is known until the time is over", shuns},
		{"tasks are listed from where the last page ended", lists},
		{"an agent is read back as it was written, with what he has", agentIsKept},
		{"available agents are the available ones", availableAgents},
		{"a lease begins, is renewed and ends", leases},
		{"a name is an agent's or a queue's once", namesAreUnique},
		{"a queue is read back as it was written, with how many wait", queueIsKept},
		{"offers come in the order of their changes", offers},
		{"what another tenant has does not exist", tenants},
		{"writes of a tenant come one after the other", oneAfterTheOther},
		{"a write that fails leaves nothing and wakes nobody", failedWrite},
		{"a watcher is woken by what is committed, until it stops", watch},
		{"a request has its effect once", once},
	} {
		t.Run(c.name, func(t *testing.T) { c.test(t, open(t)) })
	}
}

func write(t testing.TB, s routing.Store, fn func(ctx context.Context, tx routing.Tx) error) {
	t.Helper()
	if err := s.Write(t.Context(), tenant, fn); err != nil {
		t.Fatal(err)
	}
}

// task that waits, so many seconds after the start.
func task(second int) routing.Task {
	at := start.Add(time.Duration(second) * time.Second)
	return routing.Task{
		Tenant: tenant, ID: typeid.New(routing.TaskPrefix), ConversationID: typeid.New(routing.ConversationPrefix),
		CustomerID: typeid.New(routing.CustomerPrefix), Queue: "billing", Skills: []string{"billing"}, Channel: "webchat",
		Priority: routing.UsualPriority, State: routing.Waiting, HandoffReason: "CUSTOMER_ASKED",
		CreateTime: at, UpdateTime: at, Sequence: 1,
	}
}

func step(t routing.Task, event routing.Event, from routing.State) routing.Step {
	return routing.Step{
		Sequence: t.Sequence, Event: event, From: from, To: t.State, Agent: t.Agent, Principal: "service:assistant",
		Time: t.UpdateTime,
	}
}

func insert(t testing.TB, s routing.Store, tasks ...routing.Task) {
	t.Helper()
	write(t, s, func(ctx context.Context, tx routing.Tx) error {
		for _, task := range tasks {
			if err := tx.InsertTask(ctx, task, step(task, routing.Requesting, routing.Nothing)); err != nil {
				return err
			}
		}
		return nil
	})
}

func agent(name string) routing.Agent {
	return routing.Agent{
		Tenant: tenant, Name: name, Skills: []string{"billing", "tech"}, Capacity: map[string]int{"email": 5, "webchat": 2},
		Load: map[string]int{}, Status: routing.Available, Cause: routing.ByAgent, StatusTime: start, IdleSince: start,
		Ignored: 1, OfferSequence: 4, Revision: 3, CreateTime: start, UpdateTime: start.Add(time.Second),
	}
}

func hire(t testing.TB, s routing.Store, agents ...routing.Agent) {
	t.Helper()
	write(t, s, func(ctx context.Context, tx routing.Tx) error {
		for _, a := range agents {
			if err := tx.InsertAgent(ctx, a); err != nil {
				return err
			}
		}
		return nil
	})
}

func wantError(t testing.TB, got, want error) {
	t.Helper()
	if !errors.Is(got, want) {
		t.Errorf("got error %v, want %v", got, want)
	}
}

// same compares by what is printed, in which equal times are equal.
func same(t testing.TB, what string, got, want any) {
	t.Helper()
	if g, w := fmt.Sprintf("%+v", got), fmt.Sprintf("%+v", want); g != w {
		t.Errorf("%s:\n got %s\nwant %s", what, g, w)
	}
}

func must[T any](value T, err error) func(t testing.TB) T {
	return func(t testing.TB) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return value
	}
}

func idsOf(tasks []routing.Task) []string {
	var ids []string
	for _, t := range tasks {
		ids = append(ids, t.ID)
	}
	return ids
}
