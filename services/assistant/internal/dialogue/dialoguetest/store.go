// Package dialoguetest is the contract that every dialogue.Store passes.
package dialoguetest

import (
	"encoding/json"
	"errors"
	"reflect"
	"testing"
	"time"

	"github.com/parleyhq/parley/services/assistant/internal/dialogue"
	"github.com/parleyhq/parley/services/assistant/internal/skill"
	"github.com/parleyhq/parley/services/assistant/internal/tongue"
)

// TestStore runs the contract on a store that is empty each time.
func TestStore(t *testing.T, open func(t testing.TB) dialogue.Store) {
	state := dialogue.State{
		ConversationID: "conversation_01h455vb4pex5vsknk084sn02q",
		CustomerID:     "customer_01h455vb4pex5vsknk084sn02q",
		Topic:          "bill",
		Language:       tongue.Fact{Code: "es", Asked: true, Evidence: map[string]float64{"en": 0.25, "es": 1.5}},
		Offer: &dialogue.Offer{
			Offer: skill.Offer{
				Skill: "dispute", Kind: "charge", YesBy: []string{"dispute.open"}, Reminder: "Just say yes.",
				Terms: json.RawMessage(`{"InvoiceID":"invoice_01h455vb4pex5vsknk084sn02q","LineIDs":["2"],"Minor":7000}`),
			},
			MessageIDs: []string{"message_01h455vb4pex5vsknk084sn02q"}, Channel: "whatsapp", HandlerEpoch: 1, Language: "es",
			Time: time.Date(2026, 11, 21, 3, 4, 5, 6000, time.UTC),
		},
		AnsweredSequence: 3,
	}
	load := func(t *testing.T, s dialogue.Store, tenant string) dialogue.State {
		t.Helper()
		got, err := s.Load(t.Context(), tenant, state.ConversationID)
		if err != nil {
			t.Fatal(err)
		}
		return got
	}
	save := func(t *testing.T, s dialogue.Store, state dialogue.State) {
		t.Helper()
		if err := s.Save(t.Context(), "aurora", state); err != nil {
			t.Fatal(err)
		}
	}
	t.Run("a conversation without a dialogue has none", func(t *testing.T) {
		if _, err := open(t).Load(t.Context(), "aurora", state.ConversationID); !errors.Is(err, dialogue.ErrNoState) {
			t.Errorf("Load = %v, want ErrNoState", err)
		}
	})
	t.Run("what was saved is loaded", func(t *testing.T) {
		s := open(t)
		save(t, s, state)
		if got := load(t, s, "aurora"); !reflect.DeepEqual(got, state) {
			t.Errorf("Load = %+v, want %+v", got, state)
		}
	})
	t.Run("the newer answer replaces the older", func(t *testing.T) {
		s := open(t)
		save(t, s, state)
		newer := state
		newer.AnsweredSequence, newer.Offer = 5, nil
		save(t, s, newer)
		if got := load(t, s, "aurora"); !reflect.DeepEqual(got, newer) {
			t.Errorf("Load = %+v, want %+v", got, newer)
		}
	})
	t.Run("which message took an offer is kept before that is answered", func(t *testing.T) {
		s := open(t)
		save(t, s, state)
		taken := state
		offer := *state.Offer
		offer.TakenBy = "message_01h455vb4pex5vsknk084sn02r"
		taken.Offer = &offer
		save(t, s, taken)
		if got := load(t, s, "aurora"); !reflect.DeepEqual(got, taken) {
			t.Errorf("Load = %+v, want %+v", got, taken)
		}
	})
	t.Run("an older answer, saved late, changes nothing", func(t *testing.T) {
		s := open(t)
		save(t, s, state)
		older := state
		older.AnsweredSequence, older.Topic = 1, "something else"
		save(t, s, older)
		if got := load(t, s, "aurora"); !reflect.DeepEqual(got, state) {
			t.Errorf("Load = %+v, want %+v", got, state)
		}
	})
	t.Run("the latest of a customer's dialogues is that which was saved last", func(t *testing.T) {
		s := open(t)
		other := state
		other.ConversationID, other.Topic = "conversation_01h455vb4pex5vsknk084sn02r", "dispute"
		stranger := state
		stranger.ConversationID, stranger.CustomerID = "conversation_01h455vb4pex5vsknk084sn02s", "customer_01h455vb4pex5vsknk084sn02s"
		for _, each := range []dialogue.State{state, other, stranger} {
			save(t, s, each)
		}
		got, err := s.Latest(t.Context(), "aurora", state.CustomerID)
		if err != nil || !reflect.DeepEqual(got, other) {
			t.Errorf("Latest = %+v, %v, want %+v", got, err, other)
		}
		if _, err := s.Latest(t.Context(), "borealis", state.CustomerID); !errors.Is(err, dialogue.ErrNoState) {
			t.Errorf("Latest of another tenant = %v, want ErrNoState", err)
		}
	})
	t.Run("a dialogue with a visitor is the customer's who they turned out to be", func(t *testing.T) {
		s := open(t)
		save(t, s, state)
		signedIn := state
		signedIn.CustomerID, signedIn.AnsweredSequence = "customer_01h455vb4pex5vsknk084sn02s", 5
		save(t, s, signedIn)
		if got, err := s.Latest(t.Context(), "aurora", signedIn.CustomerID); err != nil || !reflect.DeepEqual(got, signedIn) {
			t.Errorf("Latest = %+v, %v, want %+v", got, err, signedIn)
		}
		if got := load(t, s, "aurora"); !reflect.DeepEqual(got, signedIn) {
			t.Errorf("Load = %+v, want %+v", got, signedIn)
		}
		if _, err := s.Latest(t.Context(), "aurora", state.CustomerID); !errors.Is(err, dialogue.ErrNoState) {
			t.Errorf("Latest of the visitor = %v, want ErrNoState", err)
		}
	})
	t.Run("another tenant does not see it", func(t *testing.T) {
		s := open(t)
		save(t, s, state)
		if _, err := s.Load(t.Context(), "borealis", state.ConversationID); !errors.Is(err, dialogue.ErrNoState) {
			t.Errorf("Load = %v, want ErrNoState", err)
		}
	})
}
