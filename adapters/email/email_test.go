package email

import (
	"maps"
	"net/http"
	"testing"
	"time"

	"github.com/parleyhq/parley/adapters/channel"
	accessv1 "github.com/parleyhq/parley/proto/gen/parley/access/v1"
	contextv1 "github.com/parleyhq/parley/proto/gen/parley/context/v1"
)

// noon is when tests happen.
var noon = time.Date(2026, 7, 1, 12, 0, 0, 0, time.UTC)

const delivery = "delivery_01h2xcejqtf2nbrexx3vqjhp41"

func account() channel.Account {
	return channel.Account{
		Name: "care-main", Tenant: "aurora", Provider: "email", Channel: "email", Address: "care@aurora.example",
		Settings: map[string]string{
			"authserv_id": "mx.demo", "peers": "127.0.0.0/8 ::1/128", "submission": "127.0.0.1:1", "submission_tls": "none", "name": "Aurora Care",
		},
	}
}

func adapter(t testing.TB, change ...func(map[string]string)) *Adapter {
	t.Helper()
	acc := account()
	acc.Settings = maps.Clone(acc.Settings)
	for _, c := range change {
		c(acc.Settings)
	}
	a, err := New(acc, Deps{Clock: func() time.Time { return noon }})
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// fromMX is the envelope of a mail that our MX brought.
func fromMX(from string) http.Header {
	return envelope{peer: "127.0.0.1", from: from, to: []string{"care@aurora.example"}}.header()
}

// only parses a mail that is one event.
func only(t testing.TB, a *Adapter, raw string, header http.Header) channel.Event {
	t.Helper()
	events, err := a.Parse([]byte(raw), header)
	if err != nil || len(events) != 1 {
		t.Fatalf("%d events, error %v", len(events), err)
	}
	return events[0]
}

func assurance(e channel.Event) accessv1.Assurance { return e.Channel.GetSender().GetAssurance() }

func contentOf(e channel.Event) *contextv1.Content { return e.Channel.GetMessage().GetContent() }
