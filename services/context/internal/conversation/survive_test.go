package conversation_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/parleyhq/parley/mesh/clock"
	"github.com/parleyhq/parley/mesh/seal/sealtest"
	"github.com/parleyhq/parley/mesh/typeid"
	"github.com/parleyhq/parley/services/context/internal/conversation"
)

// everybody is a customer of their own, but for one who cannot be found without a panic.
type everybody struct{ bug string }

func (e everybody) Resolve(_ context.Context, _ string, s conversation.Sender) (string, error) {
	if s.Handles[0].Value == e.bug {
		panic("I write from " + e.bug)
	}
	return typeid.New(conversation.CustomerPrefix), nil
}

func (everybody) Join(context.Context, string, conversation.Sender, conversation.Sender) (string, []string, error) {
	panic("nobody signs in here")
}

// brittle is a store in which messages cannot be looked for without a panic.
type brittle struct{ conversation.Store }

func (brittle) MessageByExternalKey(context.Context, string, string, []byte) (conversation.Message, error) {
	panic("I write from the store")
}

func from(number string, e conversation.ChannelEvent) conversation.ChannelEvent {
	e.Key += number
	e.Sender = &conversation.Sender{Address: number, Handles: []conversation.Handle{{Kind: 1, Value: number}}}
	return e
}

func TestABugMetWithOneEventIsThatEventsError(t *testing.T) {
	const daniel, ana = "+12125550101", "+12125550102"
	cases := map[string]struct {
		events []conversation.ChannelEvent
		fails  []bool
	}{
		"in finding out whose it is": {
			[]conversation.ChannelEvent{from("+12125550199", message("1", "one")), from(ana, message("2", "two"))},
			[]bool{true, false},
		},
		"in writing it": {
			[]conversation.ChannelEvent{from(daniel, message("1", "one")), from(daniel, edit("1", "ONE")), from(ana, message("2", "two"))},
			[]bool{false, true, false},
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			recorder := conversation.NewRecorder(
				brittle{open(t)}, conversation.NewVault(sealtest.New(t)), everybody{bug: "+12125550199"}, clock.System, time.Hour)
			for i, r := range recorder.Record(t.Context(), tenant, c.events) {
				if failed := r.Err != nil; failed != c.fails[i] {
					t.Errorf("event %d: %v", i+1, r.Err)
				}
				if r.Err == nil {
					continue
				}
				if log := r.Err.Error(); strings.Contains(log, "I write from") || !strings.Contains(log, "survive_test.go") {
					t.Errorf("the error should hold the stack and not what was thrown: %s", log)
				}
			}
		})
	}
}
