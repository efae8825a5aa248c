package dialogue_test

import (
	"testing"

	"github.com/parleyhq/parley/services/assistant/internal/dialogue"
	"github.com/parleyhq/parley/services/assistant/internal/dialogue/dialoguetest"
)

// The fake passes the contract of the real thing.
func TestTheFakeStoreKeepsTheContract(t *testing.T) {
	dialoguetest.TestStore(t, func(testing.TB) dialogue.Store {
		return &fakeStore{states: map[string]dialogue.State{}}
	})
}
