package conversationtest

import (
	"context"
	"testing"
	"time"

	"github.com/parleyhq/parley/mesh/typeid"
	"github.com/parleyhq/parley/services/context/internal/conversation"
)

func moved(t *testing.T, s conversation.Store) {
	c, into := opened(t, s), typeid.New("customer")
	visitor := c.CustomerID
	first, second := message(c, 1), message(c, 2)
	first.Address, first.Content = conversation.Sealed("a"), conversation.Sealed("c")
	insert(t, s, c, first, second)
	wanted := conversation.OpenRequest{ID: typeid.New("request"), Tenant: tenant, ConversationID: c.ID, CustomerID: visitor, Kind: 2, CreateTime: start}
	write(t, s, func(ctx context.Context, tx conversation.Tx) error { return tx.InsertOpenRequest(ctx, wanted) })

	c.CustomerID = into
	c.Close(start.Add(time.Hour))
	first.Address, first.Content, first.ExternalID, first.Reaction.Emoji = conversation.Sealed("A"), conversation.Sealed("C"), conversation.Sealed("E"), conversation.Sealed("R")
	wanted.Summary = conversation.Sealed("S")
	write(t, s, func(ctx context.Context, tx conversation.Tx) error {
		return tx.Move(ctx, c, []conversation.Message{first, second}, []conversation.OpenRequest{wanted})
	})
	if got := must(s.Conversation(t.Context(), tenant, c.ID))(t); got.CustomerID != into || got.Open() {
		t.Errorf("the conversation is %+v", got)
	}
	theirs := must(s.CustomerMessages(t.Context(), tenant, into, "", conversation.Mark{}, 9))(t)
	wantIDs(t, ids(theirs), []string{first.ID, second.ID})
	if m := theirs[0]; string(m.Address)+string(m.Content)+string(m.ExternalID)+string(m.Reaction.Emoji) != "ACER" {
		t.Errorf("the first message is %+v", m)
	}
	wantIDs(t, ids(must(s.CustomerMessages(t.Context(), tenant, visitor, "", conversation.Mark{}, 9))(t)), nil)
	open := must(s.OpenRequests(t.Context(), tenant, into, conversation.Mark{}, 9))(t)
	if len(open) != 1 || string(open[0].Summary) != "S" {
		t.Errorf("what is open is %+v", open)
	}
}

func merged(t *testing.T, s conversation.Store) {
	visitor, customer, another := typeid.New("customer"), typeid.New("customer"), typeid.New("customer")
	for _, into := range []string{customer, another, another} {
		write(t, s, func(ctx context.Context, tx conversation.Tx) error {
			return tx.KeepMerged(ctx, tenant, visitor, into)
		})
	}
	for _, c := range []struct{ tenant, who, want string }{
		{tenant, visitor, another}, {tenant, customer, ""}, {"borealis", visitor, ""},
	} {
		write(t, s, func(ctx context.Context, tx conversation.Tx) error {
			if got := must(tx.MergedInto(ctx, c.tenant, c.who))(t); got != c.want {
				t.Errorf("%s of %s turned out to be %q, want %q", c.who, c.tenant, got, c.want)
			}
			return nil
		})
	}
}
