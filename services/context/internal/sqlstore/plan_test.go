package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/parleyhq/parley/mesh/clock"
	"github.com/parleyhq/parley/mesh/store"
	"github.com/parleyhq/parley/mesh/store/storetest"
	"github.com/parleyhq/parley/mesh/timer"
	"github.com/parleyhq/parley/services/context/internal/conversation"
)

// planned asks SQLite how it would read, and fails when it would read a whole table, or sort.
type planned struct {
	store.Querier
	t testing.TB
}

func (p planned) Query(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	p.explain(ctx, query, args)
	return p.Querier.Query(ctx, query, args...)
}

func (p planned) QueryRow(ctx context.Context, query string, args ...any) *sql.Row {
	p.explain(ctx, query, args)
	return p.Querier.QueryRow(ctx, query, args...)
}

func (p planned) explain(ctx context.Context, query string, args []any) {
	p.t.Helper()
	rows, err := p.Querier.Query(ctx, "EXPLAIN QUERY PLAN "+query, args...)
	if err != nil {
		p.t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var id, parent, unused int
		var step string
		if err := rows.Scan(&id, &parent, &unused, &step); err != nil {
			p.t.Fatal(err)
		}
		// The few changes that wait for one message, and the conversations of one customer, are sorted after they are found.
		few := strings.Contains(query, "waiting_changes") || strings.Contains(query, "customer_id = $2 AND (change_time")
		sorted := strings.Contains(step, "TEMP B-TREE") && !few
		if strings.HasPrefix(step, "SCAN") || sorted {
			p.t.Errorf("%s\n\tis read by %s", query, step)
		}
	}
	if err := rows.Err(); err != nil {
		p.t.Fatal(err)
	}
}

// However long a conversation gets, a read takes what it answers and no more.
func TestEveryReadGoesByAnIndex(t *testing.T) {
	db := storetest.Open(t, "context")
	timers, err := timer.New(db, clock.System, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := New(t.Context(), db, nil, timers, clock.System); err != nil {
		t.Fatal(err)
	}
	r, ctx, mark := reader{planned{db, t}}, t.Context(), conversation.Mark{Time: time.Now(), ID: "m"}
	for _, read := range []func() error{
		func() error { _, err := r.Conversation(ctx, "a", "c"); return err },
		func() error { _, err := r.OpenConversation(ctx, "a", "c", ""); return err },
		func() error { _, err := r.Message(ctx, "a", "m"); return err },
		func() error { _, err := r.MessageByExternalKey(ctx, "a", "x", []byte("k")); return err },
		func() error { _, err := r.Answer(ctx, "a", "m"); return err },
		func() error { _, err := r.NewestInbound(ctx, "a", "c", 2); return err },
		func() error { _, err := r.NewestOfCustomer(ctx, "a", "c", 2); return err },
		func() error { _, err := r.NewestElsewhere(ctx, "a", "c", "web"); return err },
		func() error { _, err := r.Messages(ctx, "a", []string{"m", "n"}); return err },
		func() error { _, err := r.ConversationMessages(ctx, "a", "c", 1, 1); return err },
		func() error { _, err := r.ChangedMessages(ctx, "a", "c", 1, 1); return err },
		func() error { _, err := r.CustomerMessages(ctx, "a", "c", "", mark, 1); return err },
		func() error { _, err := r.NewestMessages(ctx, "a", "c", 1); return err },
		func() error { _, err := r.ChangedConversations(ctx, "a", mark, 1); return err },
		func() error { _, err := r.Conversations(ctx, "a", conversation.Selection{}, mark, 1); return err },
		func() error {
			_, err := r.Conversations(ctx, "a", conversation.Selection{CustomerID: "c"}, mark, 1)
			return err
		},
		func() error {
			_, err := r.Conversations(ctx, "a", conversation.Selection{Handler: 2}, mark, 1)
			return err
		},
		func() error { _, err := r.Waiting(ctx, "a", "x", []byte("k")); return err },
		func() error { _, err := r.OpenRequest(ctx, "a", "r"); return err },
		func() error { _, err := r.OpenRequests(ctx, "a", "c", mark, 1); return err },
		func() error { _, err := r.OpenRequests(ctx, "a", "", mark, 1); return err },
		func() error { _, err := r.MergedInto(ctx, "a", "c"); return err },
		func() error { _, err := r.HasOpenRequest(ctx, "a", "c", 2); return err },
	} {
		err := read()
		missing := errors.Is(err, conversation.ErrConversationNotFound) || errors.Is(err, conversation.ErrMessageNotFound) ||
			errors.Is(err, conversation.ErrRequestNotFound)
		if err != nil && !missing {
			t.Error(err)
		}
	}
}
