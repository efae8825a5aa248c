package conversationtest

import (
	"context"
	"errors"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/parleyhq/parley/mesh/caller"
	"github.com/parleyhq/parley/mesh/typeid"
	"github.com/parleyhq/parley/services/context/internal/conversation"
)

// asService is a context in which requests are made.
func asService(t testing.TB) context.Context {
	return caller.With(t.Context(), caller.Service(tenant, "test"))
}

func wantIDs(t testing.TB, got, want []string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func messageIsKept(t *testing.T, s conversation.Store) {
	c := opened(t, s)
	bare := message(c, 1)
	insert(t, s, c, bare)
	if got := must(s.Message(t.Context(), tenant, bare.ID))(t); !reflect.DeepEqual(got, bare) {
		t.Errorf("got %+v, want %+v", got, bare)
	}
	bare.Revision = 2
	bare.Content, bare.ExternalID, bare.ExternalKey = conversation.Sealed("c"), conversation.Sealed("e"), []byte("k")
	bare.Delivery = conversation.Delivery{State: conversation.Failed, Reason: "EXPIRED", UpdateTime: start}
	bare.Reaction = conversation.Reaction{Emoji: conversation.Sealed("r"), Time: start}
	bare.EditTime, bare.DeleteTime = start.Add(time.Minute), start.Add(time.Hour)
	write(t, s, func(ctx context.Context, tx conversation.Tx) error { return tx.Change(ctx, c, bare) })
	if got := must(s.Message(t.Context(), tenant, bare.ID))(t); !reflect.DeepEqual(got, bare) {
		t.Errorf("after the change got %+v, want %+v", got, bare)
	}
	full := message(c, 3)
	full.Direction, full.Author, full.InReplyTo = conversation.Outbound, 2, bare.ID
	full.Content, full.Address, full.ExternalID = conversation.Sealed("c"), conversation.Sealed("a"), conversation.Sealed("e")
	full.ExternalKey, full.EditTime = []byte("k2"), start
	insert(t, s, c, full)
	if got := must(s.Message(t.Context(), tenant, full.ID))(t); !reflect.DeepEqual(got, full) {
		t.Errorf("got %+v, want %+v", got, full)
	}
}

func foundByExternalKey(t *testing.T, s conversation.Store) {
	c := opened(t, s)
	m := message(c, 1)
	m.ExternalKey = []byte("key")
	insert(t, s, c, m)
	if got := must(s.MessageByExternalKey(t.Context(), tenant, m.Account, m.ExternalKey))(t); got.ID != m.ID {
		t.Errorf("found %s, want %s", got.ID, m.ID)
	}
	_, err := s.MessageByExternalKey(t.Context(), tenant, "another account", m.ExternalKey)
	wantError(t, err, conversation.ErrMessageNotFound)
}

func externalKeyIsUnique(t *testing.T, s conversation.Store) {
	c := opened(t, s)
	first, second := message(c, 1), message(c, 2)
	insert(t, s, c, first, second)
	third, fourth := message(c, 3), message(c, 4)
	third.ExternalKey, fourth.ExternalKey = []byte("key"), []byte("key")
	insert(t, s, c, third)
	err := s.Write(t.Context(), func(ctx context.Context, tx conversation.Tx) error { return tx.Append(ctx, c, fourth) })
	if err == nil {
		t.Error("two messages have the same vendor's id")
	}
}

func oneAnswer(t *testing.T, s conversation.Store) {
	c := opened(t, s)
	asked := message(c, 1)
	insert(t, s, c, asked)
	_, err := s.Answer(t.Context(), tenant, asked.ID)
	wantError(t, err, conversation.ErrMessageNotFound)
	_, err = s.Answer(t.Context(), tenant, "")
	wantError(t, err, conversation.ErrMessageNotFound)
	answer, another := message(c, 2), message(c, 3)
	answer.InReplyTo, another.InReplyTo = asked.ID, asked.ID
	insert(t, s, c, answer)
	if got := must(s.Answer(t.Context(), tenant, asked.ID))(t); got.ID != answer.ID {
		t.Errorf("the answer is %s, want %s", got.ID, answer.ID)
	}
	err = s.Write(t.Context(), func(ctx context.Context, tx conversation.Tx) error { return tx.Append(ctx, c, another) })
	if err == nil {
		t.Error("a message has two answers")
	}
}

func newestInbound(t *testing.T, s conversation.Store) {
	c := opened(t, s)
	_, err := s.NewestInbound(t.Context(), tenant, c.ID, 0)
	wantError(t, err, conversation.ErrMessageNotFound)
	first, second, ours := message(c, 1), message(c, 2), message(c, 3)
	first.Assurance, second.Assurance = conversation.Nobody+1, conversation.Nobody
	ours.Direction = conversation.Outbound
	insert(t, s, c, first, second, ours)
	if got := must(s.NewestInbound(t.Context(), tenant, c.ID, 0))(t); got.ID != second.ID {
		t.Errorf("got %s, want %s", got.ID, second.ID)
	}
	if got := must(s.NewestInbound(t.Context(), tenant, c.ID, conversation.Nobody+1))(t); got.ID != first.ID {
		t.Errorf("of who is vouched for: got %s, want %s", got.ID, first.ID)
	}
	later := opened(t, s)
	_, err = s.NewestOfCustomer(t.Context(), tenant, later.CustomerID, 0)
	wantError(t, err, conversation.ErrMessageNotFound)
	later.CustomerID = c.CustomerID
	elsewhere, answer := message(later, 8), message(later, 9)
	answer.Direction = conversation.Outbound
	insert(t, s, later, elsewhere, answer)
	if got := must(s.NewestOfCustomer(t.Context(), tenant, c.CustomerID, 0))(t); got.ID != elsewhere.ID {
		t.Errorf("of the customer: got %s, want %s", got.ID, elsewhere.ID)
	}
	if got := must(s.NewestOfCustomer(t.Context(), tenant, c.CustomerID, conversation.Nobody+1))(t); got.ID != first.ID {
		t.Errorf("of the customer who is vouched for: got %s, want %s", got.ID, first.ID)
	}
}

func newestElsewhere(t *testing.T, s conversation.Store) {
	c := opened(t, s)
	older, newer, here, forged := message(c, 1), message(c, 2), message(c, 3), message(c, 4)
	for m, on := range map[*conversation.Message]string{&older: "sms", &newer: "whatsapp", &here: "web", &forged: "email"} {
		m.Channel, m.Assurance = on, conversation.Nobody+1
	}
	forged.Assurance = conversation.Nobody
	insert(t, s, c, older, newer, here, forged)
	if got := must(s.NewestElsewhere(t.Context(), tenant, c.CustomerID, "web"))(t); got.ID != newer.ID {
		t.Errorf("beside the web: got %s, want %s", got.ID, newer.ID)
	}
	if got := must(s.NewestElsewhere(t.Context(), tenant, c.CustomerID, "whatsapp"))(t); got.ID != here.ID {
		t.Errorf("beside WhatsApp: got %s, want %s", got.ID, here.ID)
	}
	_, err := s.NewestElsewhere(t.Context(), tenant, opened(t, s).CustomerID, "web")
	wantError(t, err, conversation.ErrMessageNotFound)
}

func lists(t *testing.T, s conversation.Store) {
	c := opened(t, s)
	a, b, d := message(c, 1), message(c, 2), message(c, 3)
	a.Revision = 4 // changed after the others came
	later := message(conversation.Conversation{ID: typeid.New("conversation"), Tenant: tenant, CustomerID: c.CustomerID}, 9)
	insert(t, s, c, d, later, b, a)
	ctx := t.Context()
	mark := conversation.Mark{Time: b.CreateTime, ID: b.ID}
	for _, l := range []struct {
		name string
		got  []conversation.Message
		want []string
	}{
		{"conversation", must(s.ConversationMessages(ctx, tenant, c.ID, 0, 2))(t), []string{a.ID, b.ID}},
		{"conversation, continued", must(s.ConversationMessages(ctx, tenant, c.ID, 2, 2))(t), []string{d.ID}},
		{"customer", must(s.CustomerMessages(ctx, tenant, c.CustomerID, "", conversation.Mark{}, 2))(t), []string{a.ID, b.ID}},
		{"newest of the customer", must(s.NewestMessages(ctx, tenant, c.CustomerID, 2))(t), []string{later.ID, d.ID}},
		{"customer, continued", must(s.CustomerMessages(ctx, tenant, c.CustomerID, "", mark, 9))(t), []string{d.ID, later.ID}},
		{"changed", must(s.ChangedMessages(ctx, tenant, c.ID, 0, 2))(t), []string{b.ID, d.ID}},
		{"changed, continued", must(s.ChangedMessages(ctx, tenant, c.ID, 3, 2))(t), []string{a.ID}},
	} {
		t.Run(l.name, func(t *testing.T) { wantIDs(t, ids(l.got), l.want) })
	}
	asked := []string{d.ID, typeid.New("message"), a.ID}
	got := ids(must(s.Messages(ctx, tenant, asked))(t))
	slices.Sort(got)
	want := []string{a.ID, d.ID}
	slices.Sort(want)
	wantIDs(t, got, want)
}

func tenants(t *testing.T, s conversation.Store) {
	c := opened(t, s)
	m := message(c, 1)
	m.ExternalKey = []byte("key")
	insert(t, s, c, m)
	const other = "borealis"
	ctx := t.Context()
	_, err := s.Conversation(ctx, other, c.ID)
	wantError(t, err, conversation.ErrConversationNotFound)
	_, err = s.Message(ctx, other, m.ID)
	wantError(t, err, conversation.ErrMessageNotFound)
	_, err = s.MessageByExternalKey(ctx, other, m.Account, m.ExternalKey)
	wantError(t, err, conversation.ErrMessageNotFound)
	_, err = s.NewestInbound(ctx, other, c.ID, 0)
	wantError(t, err, conversation.ErrMessageNotFound)
	wantIDs(t, ids(must(s.Messages(ctx, other, []string{m.ID}))(t)), nil)
	wantIDs(t, ids(must(s.ConversationMessages(ctx, other, c.ID, 0, 9))(t)), nil)
	wantIDs(t, ids(must(s.ChangedMessages(ctx, other, c.ID, 0, 9))(t)), nil)
	wantIDs(t, ids(must(s.CustomerMessages(ctx, other, c.CustomerID, "", conversation.Mark{}, 9))(t)), nil)
	write(t, s, func(ctx context.Context, tx conversation.Tx) error {
		_, err := tx.OpenConversation(ctx, other, c.CustomerID, "")
		wantError(t, err, conversation.ErrConversationNotFound)
		return nil
	})
}

var errOnPurpose = errors.New("on purpose")

func failedWrite(t *testing.T, s conversation.Store) {
	c := opened(t, s)
	m := message(c, 1)
	changed, stop := s.Watch(c.ID)
	defer stop()
	err := s.Write(asService(t), func(ctx context.Context, tx conversation.Tx) error {
		if err := tx.Append(ctx, c, m); err != nil {
			return err
		}
		if err := tx.Emit(ctx, conversation.Event{Kind: conversation.MessageRecorded, Message: m, Time: start}); err != nil {
			return err
		}
		return errOnPurpose
	})
	wantError(t, err, errOnPurpose)
	_, err = s.Message(t.Context(), tenant, m.ID)
	wantError(t, err, conversation.ErrMessageNotFound)
	select {
	case <-changed:
		t.Error("a watcher was woken")
	default:
	}
}

func watch(t *testing.T, s conversation.Store) {
	c := opened(t, s)
	changed, stop := s.Watch(c.ID)
	tenantChanged, stopTenant := s.WatchTenant(tenant)
	defer stopTenant()
	for sequence := range int64(2) {
		m := message(c, sequence+1)
		err := s.Write(asService(t), func(ctx context.Context, tx conversation.Tx) error {
			return tx.Emit(ctx, conversation.Event{Kind: conversation.MessageRecorded, Message: m, Time: start})
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	tokens := func() (n int) {
		for {
			select {
			case <-changed:
				n++
			default:
				return n
			}
		}
	}
	if n := tokens(); n != 1 {
		t.Errorf("two commits left %d tokens, want one", n)
	}
	if len(tenantChanged) != 1 {
		t.Error("a watcher of the tenant was not woken")
	}
	stop()
	m := message(c, 3)
	err := s.Write(asService(t), func(ctx context.Context, tx conversation.Tx) error {
		return tx.Emit(ctx, conversation.Event{Kind: conversation.MessageRecorded, Message: m, Time: start})
	})
	if err != nil {
		t.Fatal(err)
	}
	if n := tokens(); n != 0 {
		t.Error("a watcher that stopped was woken")
	}
}
