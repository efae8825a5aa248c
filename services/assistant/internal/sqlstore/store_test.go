package sqlstore_test

import (
	"errors"
	"testing"

	"github.com/parleyhq/parley/mesh/clock"
	"github.com/parleyhq/parley/mesh/seal"
	"github.com/parleyhq/parley/mesh/seal/sealtest"
	"github.com/parleyhq/parley/mesh/store"
	"github.com/parleyhq/parley/mesh/store/storetest"
	"github.com/parleyhq/parley/services/assistant/internal/dialogue"
	"github.com/parleyhq/parley/services/assistant/internal/dialogue/dialoguetest"
	"github.com/parleyhq/parley/services/assistant/internal/sqlstore"
)

func TestContract(t *testing.T) {
	storetest.Engines(t, func(t *testing.T, open func(testing.TB, string) *store.DB) {
		fresh := func(tb testing.TB) dialogue.Store {
			s, err := sqlstore.New(tb.Context(), open(tb, "assistant"), sealtest.New(t), clock.System)
			if err != nil {
				tb.Fatal(err)
			}
			return s
		}
		dialoguetest.TestStore(t, fresh)
		dialoguetest.TestTurns(t, fresh)
	})
}

func TestWhatWasSealedForAnErasedCustomerIsNotThere(t *testing.T) {
	storetest.Engines(t, func(t *testing.T, open func(testing.TB, string) *store.DB) {
		const conversation, visitor, customer = "conversation_01h455vb4pex5vsknk084sn02q",
			"customer_01h455vb4pex5vsknk084sn02q", "customer_01h455vb4pex5vsknk084sn02s"
		keeper := sealtest.New(t)
		s, err := sqlstore.New(t.Context(), open(t, "assistant"), keeper, clock.System)
		if err != nil {
			t.Fatal(err)
		}
		for sequence, whose := range []string{visitor, visitor, customer, customer} {
			answered := int64(sequence + 1)
			state := dialogue.State{ConversationID: conversation, CustomerID: whose, AnsweredSequence: answered}
			turn := dialogue.Turn{ConversationID: conversation, CustomerID: whose, Sequence: answered}
			if err := s.Finish(t.Context(), "aurora", state, turn); err != nil {
				t.Fatal(err)
			}
		}
		erase := func(who string) {
			t.Helper()
			if err := keeper.Destroy(t.Context(), seal.Customer(who)); err != nil {
				t.Fatal(err)
			}
		}
		erase(visitor)
		turns, err := s.Turns(t.Context(), "aurora", conversation, 0, 2)
		if err != nil || len(turns) != 2 || turns[0].Sequence != 3 || turns[1].Sequence != 4 {
			t.Errorf("turns = %+v, %v, want the customer's own two", turns, err)
		}
		if state, err := s.Latest(t.Context(), "aurora", customer); err != nil || state.AnsweredSequence != 4 {
			t.Errorf("Latest = %+v, %v", state, err)
		}
		erase(customer)
		if _, err := s.Load(t.Context(), "aurora", conversation); !errors.Is(err, dialogue.ErrNoState) {
			t.Errorf("Load = %v, want ErrNoState", err)
		}
		if _, err := s.Latest(t.Context(), "aurora", customer); !errors.Is(err, dialogue.ErrNoState) {
			t.Errorf("Latest = %v, want ErrNoState", err)
		}
	})
}
