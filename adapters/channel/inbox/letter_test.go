package inbox_test

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"testing"
	"time"

	"github.com/parleyhq/parley/adapters/channel"
	"github.com/parleyhq/parley/adapters/channel/fakechannel"
	"github.com/parleyhq/parley/adapters/channel/inbox"
	"github.com/parleyhq/parley/mesh/fault"
	contextv1 "github.com/parleyhq/parley/proto/gen/parley/context/v1"
	"google.golang.org/grpc"
)

func TestAnEventThatWillNeverBeRecordedBecomesADeadLetter(t *testing.T) {
	for name, whole := range map[string]bool{"refused by itself": false, "refused with the whole call": true} {
		t.Run(name, func(t *testing.T) {
			inWorld(t, func(w *world) {
				w.cfg.Context = &picky{timeline: w.timeline, whole: whole}
				w.start()
				w.receive(says("+1ann", "a1", "one"), says("+1ann", "a2", "poison"), says("+1ann", "a3", "three"))
				w.after(time.Second)
				w.wantRecorded("one", "three")
				letters := w.letters()
				if len(letters) != 1 || letters[0].Reason != "HANDLE_INVALID" {
					w.Fatalf("letters: %+v", letters)
				}

				w.cfg.Context = w.timeline // the bug is fixed
				w.timeline.set(nil, all)
				w.stop()
				w.start()
				if n, err := w.inbox.Replay(w.Context(), "acme", letters[0].ID); err != nil || n != 3 {
					w.Errorf("replayed %d events: %v", n, err)
				}
				w.after(time.Second)
				w.wantRecorded("one", "three", "poison")
				if left := w.letters(); len(left) > 0 {
					w.Errorf("left: %+v", left)
				}
			})
		})
	}
}

func TestWhatCannotBeParsedIsKeptReadAndErased(t *testing.T) {
	for name, body := range map[string][]byte{
		"not what we speak":  []byte("{secret garbage"),
		"the parser panics":  fakechannel.Body(says("+1ann", "a1", "panic")),
		"an event has no id": fakechannel.Body(says("+1ann", "", "hello")),
	} {
		t.Run(name, func(t *testing.T) {
			inWorld(t, func(w *world) {
				w.start()
				for range 2 {
					if resp := w.request(fakechannel.Request(w.account, body)); resp.Code != http.StatusOK {
						w.Errorf("answered %d", resp.Code)
					}
				}
				letters := w.letters()
				if len(letters) != 1 {
					w.Fatalf("%d letters", len(letters))
				}
				id := letters[0].ID
				if _, raw, err := w.inbox.Letter(w.Context(), "acme", id); err != nil || !bytes.Equal(raw, body) {
					w.Errorf("its body is %q: %v", raw, err)
				}
				if _, err := w.inbox.Replay(w.Context(), "acme", id); !errors.Is(err, inbox.ErrStillUnreadable) {
					w.Errorf("replayed: %v", err)
				}
				if err := w.inbox.Erase(w.Context(), "acme", id); err != nil || len(w.letters()) > 0 {
					w.Errorf("erased: %v", err)
				}
			})
		})
	}
}

func TestWhatCanBeReadIsRecordedAlsoWhenTheRestCannot(t *testing.T) {
	nobody := says("", "a2", "who says this?")
	for name, unread := range map[string]struct {
		said   fakechannel.Said
		reason string
	}{
		"the parser cannot read one":         {says("+1ann", "a2", "riddle"), "RIDDLE"},
		"one does not say whom it is from":   {nobody, "EVENT_INCOMPLETE"},
		"one is a message that says nothing": {fakechannel.Said{Kind: channel.KindEdit, ID: "a2", From: "+1ann", Time: nobody.Time}, "EVENT_INCOMPLETE"},
	} {
		t.Run(name, func(t *testing.T) {
			inWorld(t, func(w *world) {
				w.adapter.Riddle = "riddle"
				w.start()
				body := []fakechannel.Said{says("+1ann", "a1", "one"), unread.said, says("+1ben", "b1", "two")}
				for range 2 {
					w.receive(body...)
				}
				w.after(time.Second)
				w.wantRecordedInAnyOrder("one", "two")
				if letters := w.letters(); len(letters) != 1 || letters[0].Reason != unread.reason {
					w.Fatalf("letters: %+v", letters)
				}
			})
		})
	}
}

// Nine days: the keys of what was recorded are eight days old at most, the letter lives for thirty.
func TestALetterReplayedLaterDoublesNothing(t *testing.T) {
	for name, wait := range map[string]time.Duration{"at once": 0, "after nine days": 9 * 24 * time.Hour} {
		t.Run(name, func(t *testing.T) {
			inWorld(t, func(w *world) {
				w.adapter.Riddle = "riddle"
				w.start()
				w.receive(says("+1ann", "a1", "one"), says("+1ann", "a2", "riddle"))
				w.after(time.Second)
				id := w.letters()[0].ID
				if _, err := w.inbox.Replay(w.Context(), "acme", id); !errors.Is(err, inbox.ErrStillUnreadable) {
					w.Errorf("replayed before it can be read: %v", err)
				}
				w.after(wait)
				if err := w.inbox.Purge(w.Context()); err != nil {
					w.Fatal(err)
				}
				w.adapter.Riddle = "" // the parser learned it
				if n, err := w.inbox.Replay(w.Context(), "acme", id); err != nil || n != 2 {
					w.Errorf("replayed %d events: %v", n, err)
				}
				w.after(time.Second)
				w.wantRecorded("one", "riddle")
				if left := w.letters(); len(left) > 0 {
					w.Errorf("left: %+v", left)
				}
			})
		})
	}
}

// A bug of the timeline and one of the parser: mending the first must not wait for the second.
func TestAReplayBringsBackWhatItCanAndKeepsTheLetterForTheRest(t *testing.T) {
	inWorld(t, func(w *world) {
		w.adapter.Riddle = "riddle"
		w.timeline.set(nil, func(text string) error {
			if text == "one" {
				return fault.Invalid("sender.handles", "HANDLE_INVALID", "not a handle")
			}
			return nil
		})
		w.start()
		w.receive(says("+1ann", "a1", "one"), says("+1ann", "a2", "riddle"))
		w.after(time.Second)
		w.timeline.set(nil, all)
		if _, err := w.inbox.Replay(w.Context(), "acme", w.letters()[0].ID); !errors.Is(err, inbox.ErrStillUnreadable) {
			w.Errorf("replayed: %v", err)
		}
		w.after(time.Second)
		w.wantRecorded("one")
		if left := w.letters(); len(left) != 1 {
			w.Errorf("left: %+v", left)
		}
	})
}

// picky refuses the text "poison" for ever: the event, or the call that holds it.
type picky struct {
	*timeline
	whole bool
}

func (p *picky) RecordEvents(ctx context.Context, req *contextv1.RecordEventsRequest, o ...grpc.CallOption) (*contextv1.RecordEventsResponse, error) {
	refusal := fault.Invalid("sender.handles", "HANDLE_INVALID", "not a handle")
	refuse := func(text string) error {
		if text == "poison" {
			return refusal
		}
		return nil
	}
	if !p.whole {
		p.set(nil, refuse)
		return p.timeline.RecordEvents(ctx, req, o...)
	}
	for _, e := range req.GetEvents() {
		if refuse(e.GetMessage().GetContent().GetText()) != nil {
			return nil, refusal
		}
	}
	return p.timeline.RecordEvents(ctx, req, o...)
}
