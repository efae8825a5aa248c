package bustest

import (
	"strings"
	"testing"

	"github.com/parleyhq/parley/mesh/bus"
	"github.com/parleyhq/parley/mesh/store"
)

func publishedTwice(t *testing.T, b *bus.Bus, db *store.DB) {
	events := conversations(t, 5, "a", "b")
	publish(t, b, events...)
	publish(t, b, events...)
	publish(t, b, Event(t, "last", 1))
	r := newRecorder(nil)
	start(t, b, config(db, r))
	r.awaitTotal(t, 11)
	r.expect(t, "a", upTo(5)...)
	r.expect(t, "b", upTo(5)...)
}

func publishedNowhere(t *testing.T, b *bus.Bus, _ *store.DB) {
	msgs := messages(t, conversations(t, 1, "a", "b"))
	msgs[1].Subject = "nowhere.at.all"
	err := b.Publish(t.Context(), msgs)
	if err == nil || !strings.Contains(err.Error(), "nowhere.at.all") {
		t.Errorf("got %v", err)
	}
}
