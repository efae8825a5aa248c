package sqlstore_test

import (
	"testing"

	"github.com/parleyhq/parley/mesh/clock"
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
