package routingtest

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/parleyhq/parley/mesh/typeid"
	"github.com/parleyhq/parley/services/routing/internal/routing"
)

func taskIsKept(t *testing.T, s routing.Store) {
	want := task(1)
	insert(t, s, want)
	first := step(want, routing.Requesting, routing.Nothing)
	same(t, "the task", must(s.Task(t.Context(), tenant, want.ID))(t), want)
	same(t, "the open task", must(s.OpenTask(t.Context(), tenant, want.ConversationID))(t), want)

	want.State, want.Agent, want.OfferID = routing.Offered, "agent-ana", typeid.New(routing.OfferPrefix)
	want.OfferExpireTime, want.UpdateTime, want.Sequence = start.Add(time.Minute), start.Add(2*time.Second), 2
	want.Queue, want.Skills, want.Priority = "tech", nil, 7
	second := step(want, routing.Offering, routing.Waiting)
	write(t, s, func(ctx context.Context, tx routing.Tx) error { return tx.UpdateTask(ctx, want, second) })
	want.Skills = []string{}
	same(t, "the changed task", must(s.Task(t.Context(), tenant, want.ID))(t), want)
	same(t, "its history", must(s.Steps(t.Context(), tenant, want.ID, 10))(t), []routing.Step{first, second})
	same(t, "the newest of it", must(s.Steps(t.Context(), tenant, want.ID, 1))(t), []routing.Step{second})

	_, err := s.Task(t.Context(), tenant, typeid.New(routing.TaskPrefix))
	wantError(t, err, routing.ErrTaskNotFound)
}

func oneIsOpen(t *testing.T, s routing.Store) {
	conversation := typeid.New(routing.ConversationPrefix)
	var group sync.WaitGroup
	for i := range 8 {
		group.Go(func() {
			mine := task(i)
			mine.ConversationID = conversation
			err := s.Write(t.Context(), tenant, func(ctx context.Context, tx routing.Tx) error {
				_, err := tx.OpenTask(ctx, tenant, conversation)
				if !errors.Is(err, routing.ErrTaskNotFound) {
					return err
				}
				return tx.InsertTask(ctx, mine, step(mine, routing.Requesting, routing.Nothing))
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	found := must(s.Tasks(t.Context(), tenant, routing.Selection{ConversationID: conversation}, 10))(t)
	if len(found) != 1 {
		t.Errorf("the conversation has %d open tasks", len(found))
	}
	second := task(9)
	second.ConversationID, second.Sequence = conversation, 7
	err := s.Write(t.Context(), tenant, func(ctx context.Context, tx routing.Tx) error {
		return tx.InsertTask(ctx, second, step(second, routing.Requesting, routing.Nothing))
	})
	if err == nil {
		t.Error("a second open task was kept")
	}
}

func closedMakesRoom(t *testing.T, s routing.Store) {
	first := task(1)
	insert(t, s, first)
	first.State, first.CloseTime, first.Sequence = routing.Cancelled, start.Add(time.Minute), 2
	write(t, s, func(ctx context.Context, tx routing.Tx) error {
		return tx.UpdateTask(ctx, first, step(first, routing.Cancelling, routing.Waiting))
	})
	_, err := s.OpenTask(t.Context(), tenant, first.ConversationID)
	wantError(t, err, routing.ErrTaskNotFound)
	var last, none int64
	write(t, s, func(ctx context.Context, tx routing.Tx) (err error) {
		if none, err = tx.LastSequence(ctx, tenant, typeid.New(routing.ConversationPrefix)); err != nil {
			return err
		}
		last, err = tx.LastSequence(ctx, tenant, first.ConversationID)
		return err
	})
	if last != 2 || none != 0 {
		t.Errorf("the last steps are %d and %d, want 2 and 0", last, none)
	}
	second := task(2)
	second.ConversationID, second.Sequence = first.ConversationID, 3
	insert(t, s, second)
	same(t, "the open task", must(s.OpenTask(t.Context(), tenant, first.ConversationID))(t), second)
}

func staleTask(t *testing.T, s routing.Store) {
	kept := task(1)
	insert(t, s, kept)
	kept.Sequence = 3
	err := s.Write(t.Context(), tenant, func(ctx context.Context, tx routing.Tx) error {
		return tx.UpdateTask(ctx, kept, step(kept, routing.Transferring, routing.Waiting))
	})
	wantError(t, err, routing.ErrStale)
	if steps := must(s.Steps(t.Context(), tenant, kept.ID, 10))(t); len(steps) != 1 {
		t.Errorf("%d steps are kept", len(steps))
	}
}

func waiting(t *testing.T, s routing.Store) {
	old, young, urgent, late, mail, both, held := task(1), task(2), task(3), task(4), task(5), task(6), task(0)
	urgent.Priority, late.Priority = 9, 1
	mail.Channel = "email"
	both.Skills = []string{"billing", "spanish"}
	held.State, held.Agent = routing.Offered, "agent-ana"
	insert(t, s, young, late, held, mail, both, urgent, old)

	chat := routing.Demand{Channel: "webchat", Skills: []string{"billing"}}
	spanish := routing.Demand{Channel: "webchat", Skills: both.Skills}
	same(t, "demands", must(s.Demands(t.Context(), tenant))(t),
		[]routing.Demand{{Channel: "email", Skills: []string{"billing"}}, chat, spanish})

	line := func(after routing.Place, limit int, demands ...routing.Demand) (ids []string) {
		for _, c := range must(s.Waiting(t.Context(), tenant, demands, after, start, limit))(t) {
			ids = append(ids, c.ID)
		}
		return ids
	}
	same(t, "the line", line(routing.Place{}, 10, chat), []string{urgent.ID, old.ID, young.ID, late.ID})
	same(t, "of two kinds", line(routing.Place{}, 10, chat, spanish), []string{urgent.ID, old.ID, young.ID, both.ID, late.ID})
	same(t, "its first two", line(routing.Place{}, 2, chat), []string{urgent.ID, old.ID})
	same(t, "those behind the second", line(old.Place(), 10, chat), []string{young.ID, late.ID})
	same(t, "without demands", line(routing.Place{}, 10), []string(nil))
	for _, c := range []struct {
		before routing.Place
		want   int64
	}{{routing.Place{}, 6}, {urgent.Place(), 0}, {young.Place(), 2}, {late.Place(), 5}} {
		if n := must(s.WaitingBefore(t.Context(), tenant, c.before))(t); n != c.want {
			t.Errorf("%d wait before %+v, want %d", n, c.before, c.want)
		}
	}
}

func shuns(t *testing.T, s routing.Store) {
	one, other := task(1), task(2)
	insert(t, s, one, other)
	until := start.Add(time.Minute)
	first := routing.Shun{TaskID: one.ID, Agent: "agent-ana", Until: until}
	moved := routing.Shun{TaskID: one.ID, Agent: "agent-luis", Until: until.Add(time.Minute)}
	write(t, s, func(ctx context.Context, tx routing.Tx) error {
		return errors.Join(
			tx.Shun(ctx, tenant, first),
			tx.Shun(ctx, tenant, routing.Shun{TaskID: one.ID, Agent: "agent-luis", Until: until}),
			tx.Shun(ctx, tenant, moved))
	})
	same(t, "before the time", must(s.Shuns(t.Context(), tenant, one.ID, start))(t), []routing.Shun{first, moved})
	same(t, "at the time", must(s.Shuns(t.Context(), tenant, one.ID, until))(t), []routing.Shun{moved})
	candidates := must(s.Waiting(t.Context(), tenant,
		[]routing.Demand{{Channel: "webchat", Skills: []string{"billing"}}}, routing.Place{}, start, 10))(t)
	same(t, "the candidates", candidates, []routing.Candidate{
		{Task: one, Shunned: []string{"agent-ana", "agent-luis"}}, {Task: other},
	})
	write(t, s, func(ctx context.Context, tx routing.Tx) error { return tx.ForgetShuns(ctx, tenant, until) })
	same(t, "after forgetting", must(s.Shuns(t.Context(), tenant, one.ID, start))(t), []routing.Shun{moved})
}

func lists(t *testing.T, s routing.Store) {
	first, second, third := task(1), task(2), task(3)
	second.Queue, second.CustomerID = "tech", first.CustomerID
	third.State, third.Agent = routing.Accepted, "agent-ana"
	insert(t, s, third, first, second)
	for _, c := range []struct {
		name  string
		which routing.Selection
		want  []string
	}{
		{"all, the oldest first", routing.Selection{}, []string{first.ID, second.ID, third.ID}},
		{"behind the first", routing.Selection{After: routing.Mark{Time: first.CreateTime, ID: first.ID}}, []string{second.ID, third.ID}},
		{"of a queue", routing.Selection{Queue: "tech"}, []string{second.ID}},
		{"of an agent", routing.Selection{Agent: "agent-ana"}, []string{third.ID}},
		{"of a customer", routing.Selection{CustomerID: first.CustomerID}, []string{first.ID, second.ID}},
		{"of a conversation", routing.Selection{ConversationID: third.ConversationID}, []string{third.ID}},
		{"in a state", routing.Selection{States: []routing.State{routing.Accepted}}, []string{third.ID}},
		{"in one of two states, of a queue", routing.Selection{
			States: []routing.State{routing.Accepted, routing.Waiting}, Queue: "billing",
		}, []string{first.ID, third.ID}},
	} {
		same(t, c.name, idsOf(must(s.Tasks(t.Context(), tenant, c.which, 10))(t)), c.want)
	}
	same(t, "one at most", idsOf(must(s.Tasks(t.Context(), tenant, routing.Selection{}, 1))(t)), []string{first.ID})
}

func given(t *testing.T, s routing.Store) {
	first, others := task(1), task(2)
	insert(t, s, first, others)
	signedIn := typeid.New(routing.CustomerPrefix)
	write(t, s, func(ctx context.Context, tx routing.Tx) error {
		return tx.GiveTasks(ctx, tenant, first.ConversationID, signedIn)
	})
	first.CustomerID = signedIn
	same(t, "the task", must(s.OpenTask(t.Context(), tenant, first.ConversationID))(t), first)
	same(t, "another conversation's", must(s.Task(t.Context(), tenant, others.ID))(t), others)
	same(t, "the customer's", idsOf(must(s.Tasks(t.Context(), tenant, routing.Selection{CustomerID: signedIn}, 10))(t)), []string{first.ID})
}
