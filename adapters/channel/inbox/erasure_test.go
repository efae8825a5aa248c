package inbox_test

import (
	"errors"
	"testing"
	"time"

	"github.com/parleyhq/parley/adapters/channel"
	"github.com/parleyhq/parley/adapters/channel/fakechannel"
	"github.com/parleyhq/parley/adapters/channel/inbox"
	"github.com/parleyhq/parley/mesh/fault"
	"github.com/parleyhq/parley/mesh/seal"
)

// bodies are the webhooks that are kept, as whoever has the files sees them.
func (w *world) bodies() []inbox.Webhook {
	w.Helper()
	rows, err := w.db.Query(w.Context(), `SELECT id, customer_id, sealed FROM webhooks`)
	if err != nil {
		w.Fatal(err)
	}
	defer func() { _ = rows.Close() }()
	var found []inbox.Webhook
	for rows.Next() {
		var b inbox.Webhook
		if err := rows.Scan(&b.ID, &b.CustomerID, &b.Sealed); err != nil {
			w.Fatal(err)
		}
		found = append(found, b)
	}
	return found
}

// Whatever a webhook held: once it is recorded and the purge came by, destroying the keys of those whom it concerns leaves
// nothing of it to read.
func TestErasingAPersonCoversTheRawBody(t *testing.T) {
	status := func(id, to string) fakechannel.Said {
		return fakechannel.Said{Kind: channel.KindStatus, ID: id, From: to, State: sent, Time: time.Unix(0, 0)}
	}
	typing := fakechannel.Said{Kind: channel.KindTyping, ID: "t1", From: "+1ann", Time: time.Unix(0, 0)}
	for name, c := range map[string]struct {
		said []fakechannel.Said
		of   string // under whose key the body then stands; empty when it is gone
	}{
		"a message":                                  {[]fakechannel.Said{says("+1ann", "a1", "hello")}, "customer_+1ann"},
		"two messages of one person":                 {[]fakechannel.Said{says("+1ann", "a1", "hello"), says("+1ann", "a2", "hello?")}, "customer_+1ann"},
		"a message, after typing":                    {[]fakechannel.Said{typing, says("+1ann", "a1", "hello")}, "customer_+1ann"},
		"a message, and a status of ours":            {[]fakechannel.Said{says("+1ann", "a1", "hello"), status(unheardOf, "+1ann")}, "customer_+1ann"},
		"a status of a message of ours":              {[]fakechannel.Said{status("o1", "+1ann")}, "customer_of_o1"},
		"messages of two people":                     {[]fakechannel.Said{says("+1ann", "a1", "hello"), says("+1ben", "b1", "hello")}, ""},
		"a status that nobody knows what it is of":   {[]fakechannel.Said{status(unheardOf, "+1ann")}, ""},
		"typing, which says nothing about who it is": {[]fakechannel.Said{typing}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			inWorld(t, func(w *world) {
				w.start()
				w.receive(c.said...)
				w.after(time.Second)
				w.purge()
				found := w.bodies()
				if len(found) == 0 {
					if c.of != "" {
						w.Errorf("the body is gone, want it sealed for %s", c.of)
					}
					return
				}
				body := found[0]
				if body.CustomerID != c.of || c.of == "" {
					w.Fatalf("the body is sealed for %q, want %q", body.CustomerID, c.of)
				}
				if _, err := w.cfg.Keeper.Open(w.Context(), seal.Account("main"), body.Sealed, "channel.webhooks/"+body.ID); err == nil {
					w.Error("the account's key still opens it")
				}
				if plain, err := w.cfg.Keeper.Open(w.Context(), seal.Customer(c.of), body.Sealed, "channel.webhooks/"+body.ID); err != nil || len(plain) == 0 {
					w.Errorf("the customer's key does not open it: %v", err)
				}
			})
		})
	}
}

func (w *world) purge() {
	w.Helper()
	if err := w.inbox.Purge(w.Context()); err != nil {
		w.Fatal(err)
	}
}

func TestALetterOfWhomWasErasedHasNoBody(t *testing.T) {
	inWorld(t, func(w *world) {
		w.timeline.set(nil, func(text string) error {
			if text == "poison" {
				return fault.Invalid("sender.handles", "HANDLE_INVALID", "not a handle")
			}
			return nil
		})
		w.start()
		w.receive(says("+1ann", "a1", "hello"), says("+1ann", "a2", "poison"))
		w.after(time.Second)
		w.purge()
		id := w.letters()[0].ID
		if _, body, err := w.inbox.Letter(w.Context(), "acme", id); err != nil || len(body) == 0 {
			w.Errorf("before: %q, %v", body, err)
		}
		if err := w.cfg.Keeper.Destroy(w.Context(), seal.Customer("customer_+1ann")); err != nil {
			w.Fatal(err)
		}
		if _, body, err := w.inbox.Letter(w.Context(), "acme", id); err != nil || len(body) > 0 {
			w.Errorf("after: %q, %v", body, err)
		}
		if _, err := w.inbox.Replay(w.Context(), "acme", id); !errors.Is(err, inbox.ErrStillUnreadable) {
			w.Errorf("replayed: %v", err)
		}
		if err := w.inbox.Erase(w.Context(), "acme", id); err != nil {
			w.Error(err)
		}
	})
}

// Erased between the recording and the sealing: nothing of them may stay under the account's key either.
func TestABodyOfWhomWasErasedMeanwhileIsGone(t *testing.T) {
	inWorld(t, func(w *world) {
		if err := w.cfg.Keeper.Destroy(w.Context(), seal.Customer("customer_+1ann")); err != nil {
			w.Fatal(err)
		}
		w.start()
		w.receive(says("+1ann", "a1", "hello"))
		w.after(time.Second)
		w.wantRecorded("hello")
		w.purge()
		if found := w.bodies(); len(found) != 1 || len(found[0].Sealed) > 0 {
			w.Errorf("kept: %+v", found)
		}
	})
}
