// Package conversationtest is the contract that every conversation.Store keeps.
package conversationtest

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/parleyhq/parley/mesh/typeid"
	"github.com/parleyhq/parley/services/context/internal/conversation"
)

const tenant = "aurora"

var start = time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)

// TestStore runs the contract. Each call of open gives a new, empty store.
func TestStore(t *testing.T, open func(testing.TB) conversation.Store) {
	for _, c := range []struct {
		name string
		test func(*testing.T, conversation.Store)
	}{
		{"a conversation is read back as it was written", conversationIsKept},
		{"one conversation is open with a customer, however many arrive at once", oneIsOpen},
		{"a closed conversation makes room for the next", closedMakesRoom},
		{"conversations are listed by when they changed", changedAreListed},
		{"a message is read back as it was written", messageIsKept},
		{"sequences have no gaps when many append at once", gapless},
		{"a message is found by what the vendor calls it, in its account alone", foundByExternalKey},
		{"the vendor's name for a message is unique, no name is not", externalKeyIsUnique},
		{"a message has one answer", oneAnswer},
		{"the newest message of the customer is found, in one conversation and in all", newestInbound},
		{"the newest message on another channel is found, if its sender was vouched for", newestElsewhere},
		{"lists come in order, from where the last page ended", lists},
		{"what another tenant has does not exist", tenants},
		{"what an event was answered is known until it is forgotten", recorded},
		{"of the changes that wait for a message the newest of each kind is kept", waiting},
		{"a customer's waiting changes are bounded, and the oldest give way", waitingIsBounded},
		{"a request has its effect once", once},
		{"a write that fails leaves nothing and wakes nobody", failedWrite},
		{"a watcher is woken by what is committed, until it stops", watch},
		{"open requests are listed for one customer and for all", openRequests},
		{"what is settled in a conversation is not open any more", settled},
		{"a conversation becomes another customer's, whole", moved},
		{"who a visitor turned out to be is known, the last that was said", merged},
	} {
		t.Run(c.name, func(t *testing.T) { c.test(t, open(t)) })
	}
}

func write(t testing.TB, s conversation.Store, fn func(ctx context.Context, tx conversation.Tx) error) {
	t.Helper()
	if err := s.Write(t.Context(), fn); err != nil {
		t.Fatal(err)
	}
}

// opened is a conversation that was written.
func opened(t testing.TB, s conversation.Store) conversation.Conversation {
	t.Helper()
	c := conversation.Opened(typeid.New("conversation"), tenant, typeid.New("customer"), start)
	write(t, s, func(ctx context.Context, tx conversation.Tx) error { return tx.InsertConversation(ctx, c) })
	return c
}

// message of the conversation, as short as can be.
func message(c conversation.Conversation, sequence int64) conversation.Message {
	at := start.Add(time.Duration(sequence) * time.Second)
	return conversation.Message{
		ID: typeid.New("message"), Tenant: c.Tenant, ConversationID: c.ID, CustomerID: c.CustomerID,
		Sequence: sequence, Revision: sequence, Channel: "sms", Account: "sms-main",
		Direction: conversation.Inbound, Author: conversation.Customer, OccurredTime: at, CreateTime: at,
	}
}

// insert messages without making anything of the conversation.
func insert(t testing.TB, s conversation.Store, c conversation.Conversation, messages ...conversation.Message) {
	t.Helper()
	write(t, s, func(ctx context.Context, tx conversation.Tx) error {
		for _, m := range messages {
			if err := tx.Append(ctx, c, m); err != nil {
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

func must[T any](value T, err error) func(t testing.TB) T {
	return func(t testing.TB) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return value
	}
}

func ids(messages []conversation.Message) []string {
	list := make([]string, len(messages))
	for i, m := range messages {
		list[i] = m.ID
	}
	return list
}
