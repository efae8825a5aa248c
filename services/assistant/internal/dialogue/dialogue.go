// Package dialogue runs one turn: read the message, understand it, let a skill answer, post the answer, remember where the
// dialogue stands. A turn may be cut short anywhere and is then run again: it reads the same state, comes to the same
// answer, and posts it under the same request id.
package dialogue

import (
	"context"
	"errors"

	"github.com/parleyhq/parley/services/assistant/internal/skill"
	"github.com/parleyhq/parley/services/assistant/internal/understand"
)

// State is where the dialogue of one conversation stands.
type State struct {
	ConversationID string
	CustomerID     string
	Topic          string
	// Offer on the table; nil when there is none.
	Offer *skill.Offer
	// AnsweredSequence is that of the newest message answered.
	AnsweredSequence int64
}

// ErrNoState says that the conversation has no dialogue yet.
var ErrNoState = errors.New("no dialogue state")

// Store keeps the states.
type Store interface {
	// Load answers ErrNoState for a conversation without one.
	Load(ctx context.Context, tenant, conversationID string) (State, error)
	// Save keeps the state, unless a newer message was answered meanwhile.
	Save(ctx context.Context, tenant string, s State) error
}

// Understander says what a text wants. It is where a language model will come in; what it says is only ever a proposal:
// amounts, invoices and customers in an answer come from records.
type Understander interface {
	Understand(text string) understand.Result
}
