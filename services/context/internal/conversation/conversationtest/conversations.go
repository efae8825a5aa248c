package conversationtest

import (
	"context"
	"errors"
	"reflect"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/parleyhq/parley/mesh/typeid"
	"github.com/parleyhq/parley/services/context/internal/conversation"
)

// crowd is how many do the same at once.
const crowd = 16

func together(t *testing.T, do func(i int) error) {
	t.Helper()
	errs := make([]error, crowd)
	var group sync.WaitGroup
	for i := range crowd {
		group.Go(func() { errs[i] = do(i) })
	}
	group.Wait()
	if err := errors.Join(errs...); err != nil {
		t.Fatal(err)
	}
}

func conversationIsKept(t *testing.T, s conversation.Store) {
	c := opened(t, s)
	c.Handler, c.HandlerEpoch, c.LastSequence, c.Revision = conversation.Person, 3, 7, 11
	c.Agent, c.TaskSequence = "agent-ana", 5
	c.UpdateTime, c.CloseTime = start.Add(time.Minute), start.Add(time.Hour)
	write(t, s, func(ctx context.Context, tx conversation.Tx) error { return tx.UpdateConversation(ctx, c) })
	got := must(s.Conversation(t.Context(), tenant, c.ID))(t)
	if got.ChangeTime.IsZero() {
		t.Error("it is not known when it changed")
	}
	if c.ChangeTime = got.ChangeTime; !reflect.DeepEqual(got, c) {
		t.Errorf("got %+v, want %+v", got, c)
	}
	_, err := s.Conversation(t.Context(), tenant, typeid.New("conversation"))
	wantError(t, err, conversation.ErrConversationNotFound)
}

func oneIsOpen(t *testing.T, s conversation.Store) {
	customer := typeid.New("customer")
	found := make([]string, crowd)
	together(t, func(i int) error {
		return s.Write(t.Context(), func(ctx context.Context, tx conversation.Tx) error {
			c, err := tx.OpenConversation(ctx, tenant, customer, "")
			if errors.Is(err, conversation.ErrConversationNotFound) {
				c = conversation.Opened(typeid.New("conversation"), tenant, customer, start)
				err = tx.InsertConversation(ctx, c)
			}
			found[i] = c.ID
			return err
		})
	})
	for _, id := range found {
		if id != found[0] {
			t.Fatalf("several conversations are open: %v", found)
		}
	}
}

func closedMakesRoom(t *testing.T, s conversation.Store) {
	first := opened(t, s)
	second := conversation.Opened(typeid.New("conversation"), tenant, first.CustomerID, start)
	insertSecond := func(ctx context.Context, tx conversation.Tx) error { return tx.InsertConversation(ctx, second) }
	if err := s.Write(t.Context(), insertSecond); err == nil {
		t.Fatal("a second open conversation was let in")
	}
	first.Close(start.Add(time.Hour))
	write(t, s, func(ctx context.Context, tx conversation.Tx) error { return tx.UpdateConversation(ctx, first) })
	write(t, s, insertSecond)
}

func changedAreListed(t *testing.T, s conversation.Store) {
	first, second, third := opened(t, s), opened(t, s), opened(t, s)
	second.Handler = conversation.Person
	third.CustomerID = first.CustomerID
	third.Close(start)
	for _, c := range []conversation.Conversation{second, third, first} {
		write(t, s, func(ctx context.Context, tx conversation.Tx) error { return tx.UpdateConversation(ctx, c) })
	}
	mark := func(c conversation.Conversation) conversation.Mark {
		return conversation.Mark{Time: must(s.Conversation(t.Context(), tenant, c.ID))(t).ChangeTime, ID: c.ID}
	}
	last := func(which conversation.Selection, before conversation.Mark) []conversation.Conversation {
		return must(s.Conversations(t.Context(), tenant, which, before, 2))(t)
	}
	ctx, begin := t.Context(), conversation.Mark{}
	for _, l := range []struct {
		name string
		got  []conversation.Conversation
		want []conversation.Conversation
	}{
		{"the first changed first", must(s.ChangedConversations(ctx, tenant, begin, 2))(t), []conversation.Conversation{second, third}},
		{"continued", must(s.ChangedConversations(ctx, tenant, mark(third), 2))(t), []conversation.Conversation{first}},
		{"the last changed first", last(conversation.Selection{}, begin), []conversation.Conversation{first, third}},
		{"continued backwards", last(conversation.Selection{}, mark(third)), []conversation.Conversation{second}},
		{"of a customer", last(conversation.Selection{CustomerID: second.CustomerID}, begin), []conversation.Conversation{second}},
		{"with a person", last(conversation.Selection{Handler: conversation.Person}, begin), []conversation.Conversation{second}},
		{"closed", last(conversation.Selection{State: conversation.StateClosed}, begin), []conversation.Conversation{third}},
		{"open", last(conversation.Selection{State: conversation.StateOpen}, begin), []conversation.Conversation{first, second}},
	} {
		var got, want []string
		for _, c := range l.got {
			got = append(got, c.ID)
		}
		for _, c := range l.want {
			want = append(want, c.ID)
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: got %v, want %v", l.name, got, want)
		}
	}
}

func gapless(t *testing.T, s conversation.Store) {
	c := opened(t, s)
	together(t, func(int) error {
		return s.Write(t.Context(), func(ctx context.Context, tx conversation.Tx) error {
			now, err := tx.Conversation(ctx, tenant, c.ID)
			if err != nil {
				return err
			}
			now.LastSequence++
			return tx.Append(ctx, now, message(now, now.LastSequence))
		})
	})
	for i, m := range must(s.ConversationMessages(t.Context(), tenant, c.ID, 0, 100))(t) {
		if m.Sequence != int64(i+1) {
			t.Errorf("message %d has sequence %d", i+1, m.Sequence)
		}
	}
	if got := must(s.Conversation(t.Context(), tenant, c.ID))(t).LastSequence; got != crowd {
		t.Errorf("last sequence is %d after %d messages", got, crowd)
	}
}

func recorded(t *testing.T, s conversation.Store) {
	key := []byte("key of an event")
	want := conversation.Recorded{CustomerID: "c", ConversationID: "v", MessageID: "m"}
	look := func() (got conversation.Recorded, known bool) {
		write(t, s, func(ctx context.Context, tx conversation.Tx) (err error) {
			got, known, err = tx.Recorded(ctx, tenant, key)
			return err
		})
		return got, known
	}
	forget := func(before time.Time) (more bool) {
		write(t, s, func(ctx context.Context, tx conversation.Tx) (err error) {
			more, err = tx.Forget(ctx, before, before, 1)
			return err
		})
		return more
	}
	if _, known := look(); known {
		t.Error("an event is known before it was recorded")
	}
	write(t, s, func(ctx context.Context, tx conversation.Tx) error {
		return tx.KeepRecorded(ctx, tenant, key, want, start)
	})
	if forget(start) {
		t.Error("there was something to forget from before the start")
	}
	if got, known := look(); !known || got != want {
		t.Errorf("got %+v, %t, want %+v", got, known, want)
	}
	if !forget(start.Add(time.Second)) {
		t.Error("as much was forgotten as was allowed, and there is no more?")
	}
	if _, known := look(); known {
		t.Error("the event is still known")
	}
}

func once(t *testing.T, s conversation.Store) {
	r := conversation.Request{Tenant: tenant, Method: "context.Test", ID: "1b4e28ba-2fa1-11d2-883f-0016d3cca427", Payload: []byte("a")}
	ask := func(r conversation.Request, offer string) (id string, err error) {
		err = s.Write(asService(t), func(ctx context.Context, tx conversation.Tx) (err error) {
			id, err = tx.Once(ctx, r, func() (string, error) { return offer, nil })
			return err
		})
		return id, err
	}
	for _, offer := range []string{"first", "second"} {
		if got := must(ask(r, offer))(t); got != "first" {
			t.Errorf("got %q, want what was answered first", got)
		}
	}
	r.Payload = []byte("b")
	if _, err := ask(r, "third"); err == nil {
		t.Error("another payload was let in under the same id")
	}
}

func openRequests(t *testing.T, s conversation.Store) {
	c := opened(t, s)
	var all []string
	for i := range 3 {
		o := conversation.OpenRequest{
			ID: typeid.New("request"), Tenant: tenant, ConversationID: c.ID, CustomerID: c.CustomerID, Kind: 1,
			MessageID: "m", Summary: conversation.Sealed("sealed"), CreateTime: start.Add(time.Duration(i) * time.Second),
		}
		if i == 1 {
			o.CustomerID, o.Summary = typeid.New("customer"), nil
		}
		write(t, s, func(ctx context.Context, tx conversation.Tx) error { return tx.InsertOpenRequest(ctx, o) })
		if got := must(s.OpenRequest(t.Context(), tenant, o.ID))(t); !reflect.DeepEqual(got, o) {
			t.Errorf("got %+v, want %+v", got, o)
		}
		all = append(all, o.ID)
	}
	list := func(customer string, after conversation.Mark) (got []string) {
		for _, o := range must(s.OpenRequests(t.Context(), tenant, customer, after, 2))(t) {
			got = append(got, o.ID)
		}
		return got
	}
	wantIDs(t, list("", conversation.Mark{}), all[:2])
	wantIDs(t, list("", conversation.Mark{Time: start.Add(time.Second), ID: all[1]}), all[2:])
	wantIDs(t, list(c.CustomerID, conversation.Mark{}), []string{all[0], all[2]})
	_, err := s.OpenRequest(t.Context(), tenant, typeid.New("request"))
	wantError(t, err, conversation.ErrRequestNotFound)
}

func settled(t *testing.T, s conversation.Store) {
	c, other := opened(t, s), opened(t, s)
	keep := func(c conversation.Conversation, kind int) string {
		o := conversation.OpenRequest{
			ID: typeid.New("request"), Tenant: tenant, ConversationID: c.ID, CustomerID: c.CustomerID, Kind: kind, CreateTime: start,
		}
		write(t, s, func(ctx context.Context, tx conversation.Tx) error { return tx.InsertOpenRequest(ctx, o) })
		return o.ID
	}
	keep(c, conversation.NeedsPerson)
	kept := []string{keep(c, 1), keep(other, conversation.NeedsPerson)}
	needsPerson := func(c conversation.Conversation) (wanted bool) {
		write(t, s, func(ctx context.Context, tx conversation.Tx) (err error) {
			wanted, err = tx.HasOpenRequest(ctx, tenant, c.ID, conversation.NeedsPerson)
			return err
		})
		return wanted
	}
	if !needsPerson(c) {
		t.Error("a person who was asked for is not wanted")
	}
	write(t, s, func(ctx context.Context, tx conversation.Tx) error {
		return tx.SettleRequests(ctx, tenant, c.ID, conversation.NeedsPerson, start)
	})
	var got []string
	for _, o := range must(s.OpenRequests(t.Context(), tenant, "", conversation.Mark{}, 9))(t) {
		got = append(got, o.ID)
	}
	slices.Sort(got)
	slices.Sort(kept)
	wantIDs(t, got, kept)
	if needsPerson(c) || !needsPerson(other) {
		t.Error("what is settled in one conversation is wanted still, or what is open in another is not")
	}
}
