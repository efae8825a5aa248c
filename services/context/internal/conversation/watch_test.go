package conversation_test

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"testing"
	"time"

	"github.com/parleyhq/parley/mesh/clock"
	"github.com/parleyhq/parley/mesh/seal/sealtest"
	"github.com/parleyhq/parley/mesh/store"
	"github.com/parleyhq/parley/mesh/store/storetest"
	"github.com/parleyhq/parley/mesh/timer"
	"github.com/parleyhq/parley/mesh/typeid"
	"github.com/parleyhq/parley/services/context/internal/conversation"
	"github.com/parleyhq/parley/services/context/internal/sqlstore"
)

const tenant = "aurora"

// interrupted is a store in which something is said just when a watcher begins to read what is there.
type interrupted struct {
	conversation.Store
	interrupt func()
}

func (s *interrupted) ConversationMessages(
	ctx context.Context, tenant, conversationID string, after int64, limit int,
) ([]conversation.Message, error) {
	if interrupt := s.interrupt; interrupt != nil {
		s.interrupt = nil
		interrupt()
	}
	return s.Store.ConversationMessages(ctx, tenant, conversationID, after, limit)
}

func TestWhatIsSaidWhileAWatchBeginsIsSentOnce(t *testing.T) {
	kept := open(t)
	vault := conversation.NewVault(sealtest.New(t))
	recorder := conversation.NewRecorder(kept, vault, daniel{}, clock.System, time.Hour)
	record := func(events ...conversation.ChannelEvent) conversation.Recorded {
		t.Helper()
		results := recorder.Record(t.Context(), tenant, events)
		for _, r := range results {
			if r.Err != nil {
				t.Fatal(r.Err)
			}
		}
		return results[0].Recorded
	}
	first := record(message("1", "one"), message("2", "two"))
	timeline := conversation.NewTimeline(&interrupted{Store: kept, interrupt: func() {
		record(message("3", "three"), edit("1", "ONE"))
	}}, vault)
	var sent []string
	enough := errors.New("enough")
	err := timeline.Watch(t.Context(), conversation.Reach{Tenant: tenant}, first.ConversationID, conversation.Place{}, 10*time.Millisecond,
		func(m conversation.Said, _ conversation.Place) error {
			if sent = append(sent, m.Words.Content.Text); m.Words.Content.Text == "four" {
				return enough
			}
			if len(sent) == 3 {
				record(message("4", "four"))
			}
			return nil
		})
	if !errors.Is(err, enough) {
		t.Fatal(err)
	}
	if want := []string{"two", "three", "ONE", "four"}; !slices.Equal(sent, want) {
		t.Errorf("sent %q, want %q", sent, want)
	}
}

func open(t *testing.T) conversation.Store {
	t.Helper()
	db := storetest.Open(t, "context")
	timers, err := timer.New(db, clock.System, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	s, err := sqlstore.New(t.Context(), db, nobody{}, timers, clock.System)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// nobody listens to events.
type nobody struct{}

func (nobody) Add(context.Context, *store.Tx, conversation.Event) error { return nil }

// daniel is the only customer.
type daniel struct{}

var danielID = typeid.New(conversation.CustomerPrefix)

func (daniel) Resolve(context.Context, string, conversation.Sender) (string, error) {
	return danielID, nil
}

func (daniel) Join(context.Context, string, conversation.Sender, conversation.Sender) (string, []string, error) {
	panic("Daniel is known")
}

func message(id, words string) conversation.ChannelEvent {
	return conversation.ChannelEvent{
		Key: "message/" + id, Channel: "sms", Account: "sms-main", Sender: &conversation.Sender{Address: "+12125550101"},
		What: conversation.InboundMessage{
			ExternalID: id, Content: conversation.Content{Kind: conversation.Text, Text: words},
		},
	}
}

func edit(id, words string) conversation.ChannelEvent {
	e := message(id, words)
	e.Key, e.What = "edit/"+id, conversation.Edit{ExternalID: id, Content: conversation.Content{Kind: conversation.Text, Text: words}}
	return e
}
