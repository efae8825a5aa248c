package bus_test

import (
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
	"github.com/parleyhq/parley/mesh/bus"
)

func TestABusIsEmbeddedOrExternal(t *testing.T) {
	for name, cfg := range map[string]bus.Config{
		"neither":                   {},
		"both":                      {Dir: t.TempDir(), URL: "nats://127.0.0.1:1"},
		"nobody answers at the URL": {URL: "nats://127.0.0.1:1"},
		"the folder cannot be made": {Dir: "/dev/null/bus"},
	} {
		t.Run(name, func(t *testing.T) {
			if b, err := bus.Open(t.Context(), cfg, slog.New(slog.DiscardHandler), nil); err == nil {
				_ = b.Close()
				t.Error("opened")
			}
		})
	}
}

func TestAStreamThatForgetsIsRefused(t *testing.T) {
	cfg := external(t)
	conn, err := nats.Connect(cfg.URL)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	js, err := jetstream.New(conn)
	if err != nil {
		t.Fatal(err)
	}
	_, err = js.CreateStream(t.Context(), jetstream.StreamConfig{
		Name: bus.Conversation, Subjects: []string{"conversation.>"}, MaxAge: 24 * time.Hour, Duplicates: 2 * time.Minute,
	})
	if err != nil {
		t.Fatal(err)
	}
	_, err = bus.Open(t.Context(), cfg, slog.New(slog.DiscardHandler), nil)
	if err == nil || !strings.Contains(err.Error(), "age limit 24h0m0s") {
		t.Errorf("got %v", err)
	}
}

func TestTheBusIsClosedTwiceWithoutHarm(t *testing.T) {
	b := open(t, embedded(t))
	for range 2 {
		if err := b.Close(); err != nil {
			t.Error(err)
		}
	}
}
