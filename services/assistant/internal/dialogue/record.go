package dialogue

import (
	"context"
	"time"

	"github.com/parleyhq/parley/mesh/fault"
	"github.com/parleyhq/parley/services/assistant/internal/skill"
	"github.com/parleyhq/parley/services/assistant/internal/understand"
	"google.golang.org/grpc"
)

// Turn is how one message came to its answer, for people who ask why.
type Turn struct {
	ConversationID string
	CustomerID     string
	MessageID      string
	// Sequence of the message, and when it was appended.
	Sequence int64
	Time     time.Time
	// ReplyID is empty when a person took over before the answer was posted.
	ReplyID string
	// Said without the text itself, which the message has.
	Said  understand.Result
	Steps []Step
	// Offer says what the offer on the table was to the message: empty when there was none, or it did not stand any more.
	Offer OfferState
	// OfferMessageID is the message in which it was last made.
	OfferMessageID string
}

// OfferState is what the offer on the table was to a message.
type OfferState string

// States of an offer.
const (
	OfferWaiting OfferState = "waiting"
	OfferExpired OfferState = "expired"
	OfferTaken   OfferState = "taken"
)

var offerStates = map[standing]OfferState{
	waiting: OfferWaiting, expired: OfferExpired, taken: OfferTaken,
	takenNow: OfferWaiting, // it waited when the message came
}

// Step is one skill's part of a turn.
type Step struct {
	Skill  string
	Intent string
	Calls  []Call
}

// Call is one call of a skill.
type Call struct {
	// Method as `/package.Service/Method`.
	Method string
	// Reason why it failed; empty when it did not.
	Reason string
}

// record makes the turn to be kept.
func record(in incoming, said understand.Result, offer *Offer, stands standing, steps []Step) Turn {
	said.Own = "" // the message has it
	t := Turn{
		ConversationID: in.conversation.GetId(), CustomerID: in.message.GetCustomerId(), MessageID: in.message.GetId(),
		Sequence: in.message.GetSequence(), Time: in.time(), Said: said, Steps: steps, Offer: offerStates[stands],
	}
	if t.Offer != "" {
		t.OfferMessageID = offer.MessageIDs[len(offer.MessageIDs)-1]
	}
	return t
}

// listener notes which methods a skill calls.
type listener struct {
	to    skill.Peers
	calls []Call
}

func (l *listener) Invoke(ctx context.Context, method string, args, reply any, opts ...grpc.CallOption) error {
	return l.note(method, l.to.Invoke(ctx, method, args, reply, opts...))
}

func (l *listener) NewStream(
	ctx context.Context, desc *grpc.StreamDesc, method string, opts ...grpc.CallOption,
) (grpc.ClientStream, error) {
	stream, err := l.to.NewStream(ctx, desc, method, opts...)
	return stream, l.note(method, err)
}

func (l *listener) note(method string, err error) error {
	call := Call{Method: method}
	if err != nil {
		if call.Reason = fault.Reason(err); call.Reason == "" {
			call.Reason = fault.Code(err).String()
		}
	}
	l.calls = append(l.calls, call)
	return err
}
