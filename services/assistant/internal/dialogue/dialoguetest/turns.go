package dialoguetest

import (
	"reflect"
	"testing"

	"github.com/parleyhq/parley/services/assistant/internal/dialogue"
	"github.com/parleyhq/parley/services/assistant/internal/understand"
)

// TestTurns runs the part of the contract that is about turns, on a store that is empty each time.
func TestTurns(t *testing.T, open func(t testing.TB) dialogue.Store) {
	const conversation = "conversation_01h455vb4pex5vsknk084sn02q"
	turn := func(sequence int64) dialogue.Turn {
		return dialogue.Turn{
			ConversationID: conversation, CustomerID: "customer_01h455vb4pex5vsknk084sn02q",
			MessageID: "message_01h455vb4pex5vsknk084sn02q", Sequence: sequence, ReplyID: "message_01h455vb4pex5vsknk084sn02r",
			Said: understand.Result{Intent: "agree", Score: 0.9, Evidence: []string{"yes please"}},
			Steps: []dialogue.Step{{Skill: "dispute", Intent: "parley.agreed", Calls: []dialogue.Call{
				{Method: "/parley.billing.v1.DisputeService/OpenDispute", Reason: "LINE_ALREADY_DISPUTED"},
			}}},
			Offer: dialogue.OfferWaiting, OfferMessageID: "message_01h455vb4pex5vsknk084sn02p",
		}
	}
	finish := func(t *testing.T, s dialogue.Store, turns ...dialogue.Turn) {
		t.Helper()
		for _, one := range turns {
			state := dialogue.State{ConversationID: conversation, CustomerID: one.CustomerID, AnsweredSequence: one.Sequence}
			if err := s.Finish(t.Context(), "aurora", state, one); err != nil {
				t.Fatal(err)
			}
		}
	}
	want := func(t *testing.T, s dialogue.Store, tenant string, after int64, limit int, want ...dialogue.Turn) {
		t.Helper()
		got, err := s.Turns(t.Context(), tenant, conversation, after, limit)
		if err != nil {
			t.Fatal(err)
		}
		if len(got) != len(want) || len(got) > 0 && !reflect.DeepEqual(got, want) {
			t.Errorf("turns = %+v, want %+v", got, want)
		}
	}
	t.Run("turns are listed by the messages that they are about", func(t *testing.T) {
		s := open(t)
		finish(t, s, turn(1), turn(3), turn(5))
		want(t, s, "aurora", 0, 10, turn(1), turn(3), turn(5))
		want(t, s, "aurora", 1, 1, turn(3))
		want(t, s, "borealis", 0, 10)
	})
	t.Run("a turn that is run again replaces what it kept", func(t *testing.T) {
		s := open(t)
		again := turn(1)
		again.CustomerID = "customer_01h455vb4pex5vsknk084sn02s" // who the visitor turned out to be
		again.ReplyID = ""
		finish(t, s, turn(1), again)
		want(t, s, "aurora", 0, 10, again)
	})
	t.Run("finishing keeps the state too", func(t *testing.T) {
		s := open(t)
		finish(t, s, turn(3))
		if state, err := s.Load(t.Context(), "aurora", conversation); err != nil || state.AnsweredSequence != 3 {
			t.Errorf("Load = %+v, %v", state, err)
		}
	})
}
