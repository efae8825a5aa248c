// Package dialogue runs one turn: read the message, understand it, let skills answer, post the one answer, remember where
// the dialogue stands. A turn may be cut short anywhere and is then run again: it reads the same state, makes the same calls
// under the same request ids, comes to the same answer, and posts it once.
//
//	turn.go      the turn from the event to the state that is kept
//	incoming.go  the message, its conversation, and what was said before it
//	language.go  in which language it is answered
//	standing.go  what a "yes" may mean: whether the offer is the last thing that was said, and still good
//	plan.go      which skill answers which wish
//	ask.go       the skills are asked
//	compose.go   one answer from several replies
//	carryout.go  a person is asked for, and the answer posted
//	remember.go  where the dialogue stands after it
//	record.go    how a turn came to its answer, for people who ask why
package dialogue

import (
	"context"
	"errors"
	"time"

	"github.com/parleyhq/parley/services/assistant/internal/skill"
	"github.com/parleyhq/parley/services/assistant/internal/tongue"
	"github.com/parleyhq/parley/services/assistant/internal/understand"
)

// State is where the dialogue of one conversation stands.
type State struct {
	ConversationID string
	CustomerID     string
	Topic          string
	// Language in which it is held.
	Language tongue.Fact
	// Offer on the table; nil when there is none.
	Offer *Offer
	// AnsweredSequence is that of the newest message answered.
	AnsweredSequence int64
}

// Offer is what was proposed, and where and when.
type Offer struct {
	skill.Offer
	// MessageIDs in which we made it and repeated it, the newest last. A yes counts only behind one of them.
	MessageIDs []string
	// Channel on which it was last made. A yes may come on another one.
	Channel string
	// HandlerEpoch under which it was made: who had the conversation in between may have asked something else.
	HandlerEpoch int64
	// Time when it was last made.
	Time time.Time
	// Language in which it was made; it is repeated in no other.
	Language string
	// TakenBy is the message that said yes; empty while the offer waits for one. It is kept before anything is done.
	TakenBy string
}

// ErrNoState says that the conversation has no dialogue yet.
var ErrNoState = errors.New("no dialogue state")

// Store keeps the states.
type Store interface {
	// Load answers ErrNoState for a conversation without one, or with one of a customer who was erased.
	Load(ctx context.Context, tenant, conversationID string) (State, error)
	// Save keeps the state, whose it is included, unless a newer message was answered meanwhile.
	Save(ctx context.Context, tenant string, s State) error
	// Finish does what Save does, and keeps how the turn came to its answer, in place of what an earlier run of it kept.
	Finish(ctx context.Context, tenant string, s State, t Turn) error
	// Turns of a conversation about messages with a sequence above `after`, by sequence, at most limit. Those of a customer
	// who was erased are left out.
	Turns(ctx context.Context, tenant, conversationID string, after int64, limit int) ([]Turn, error)
	// Latest of the customer's dialogues, by when it was saved; ErrNoState when there is none, or the customer was erased.
	Latest(ctx context.Context, tenant, customerID string) (State, error)
}

// Understander says what a text wants. It is where a language model will come in; what it says is only ever a proposal:
// amounts, invoices and customers in an answer come from records.
type Understander interface {
	Understand(f tongue.Fact, text string) understand.Result
	// Hear what a message says of the language of its conversation, and whether it asks for one, and for nothing else.
	Hear(f tongue.Fact, text string) (heard tongue.Fact, asks bool)
}
