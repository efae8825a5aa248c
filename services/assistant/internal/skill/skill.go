// Package skill is the shape of one thing that the assistant can do. A skill is a small package: what it answers, which
// methods it may call, and the texts it says. It never posts and never remembers: it returns what to say and what to
// keep, and internal/dialogue does the rest. docs/adding-a-skill.md shows how to add one.
package skill

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/google/uuid"
	contextv1 "github.com/parleyhq/parley/proto/gen/parley/context/v1"
	"github.com/parleyhq/parley/services/assistant/internal/colleague"
	"github.com/parleyhq/parley/services/assistant/internal/understand"
	"google.golang.org/grpc"
)

// Skill answers the intents that it names.
type Skill interface {
	// Name is short and stable: `bill`.
	Name() string
	// Description tells an operator what it does, in a sentence.
	Description() string
	// Intents that it answers.
	Intents() []string
	// Methods that it may call, as `/package.Service/Method`. Peers refuses any other.
	Methods() []string
	// Answer says what to say. The context's caller acts on behalf of the turn's customer. It changes the world only when
	// the intent is Agreed, and then with request ids of the turn: a turn that was cut short is run again.
	Answer(ctx context.Context, turn Turn) (Reply, error)
}

// Intents under which the dialogue turns to the skill of an offer. Nobody can write them.
const (
	// Agreed: the customer said yes to the turn's offer.
	Agreed = "parley.agreed"
	// Refused: the customer said no to it.
	Refused = "parley.refused"
	// Unsure: a yes that may not count as one, because the offer is too old, or yes and no were said at once. Make the offer
	// again, if it still can be made.
	Unsure = "parley.unsure"
	// AgreedAgain: another yes to an offer that was taken already.
	AgreedAgain = "parley.agreed_again"
	// RefusedAfter: a no to an offer that was taken already.
	RefusedAfter = "parley.refused_after"
	// Answered: a message without a wish, after an offer that is an open question.
	Answered = "parley.answered"
)

// Question is the intent of what no other skill takes: a message, or a part of one, in which no wish was recognised. The
// skill that claims it also gets the wishes that no skill claims. Nobody can write it.
const Question = "parley.question"

// Offering is asked of the skill whose offer another one is about to make: what it answers is said instead, ErrNotMine lets
// the offer be made.
const Offering = "parley.offering"

// ErrNotMine is what a skill answers when the message turns out to be none for it. The fallback answers instead.
var ErrNotMine = errors.New("the message is none for this skill")

// Peers are the services as a skill sees them: only its own methods.
type Peers = grpc.ClientConnInterface

// Turn is one message to be answered, or one wish of it.
type Turn struct {
	Peers          Peers
	CustomerID     string
	ConversationID string
	MessageID      string
	// Channel on which it came: `sms`.
	Channel string
	Content *contextv1.Content
	// Intent is one of the skill's own, or one of the above.
	Intent string
	// Said is all that the message was understood to say. What it names is good for finding a record, never for filling one.
	Said understand.Result
	// Offer that Intent is about; nil when it is about none.
	Offer *Offer
	// Alone says that nothing else is answered with the message, courtesies aside.
	Alone bool
	// Desk is where people are who take up what the assistant cannot do.
	Desk *colleague.Desk
	// Lately is what was said before, the newest last; not all of it.
	Lately []*contextv1.Message
	// Now is when the message came in, so that a turn that is run again later comes to the same answer.
	Now time.Time
}

// RequestID is the same whenever the turn is run. Purpose tells requests of one turn apart.
func (t Turn) RequestID(purpose string) string { return RequestID(t.MessageID, purpose) }

// WishForPerson is that a person takes the conversation up.
func (t Turn) WishForPerson(reason string) colleague.Wish {
	w := colleague.Wish{
		RequestID: t.RequestID("person/" + reason), ConversationID: t.ConversationID, CustomerID: t.CustomerID,
		Channel: t.Channel, Reason: reason, Said: []string{t.Content.GetText()},
	}
	for _, m := range slices.Backward(t.Lately) {
		if m.GetDirection() == contextv1.Direction_DIRECTION_INBOUND {
			w.Said = append(w.Said, m.GetText())
		}
	}
	return w
}

// RequestID is derived from what causes the request.
func RequestID(cause, purpose string) string {
	return uuid.NewSHA1(uuid.NameSpaceOID, []byte(cause+"/"+purpose)).String()
}

// Reply is what to say and what to keep.
type Reply struct {
	// Text is what to say; empty leaves it to the skills that answer the rest of the message.
	Text string
	// First says it before the rest of an answer that has several parts: "You are welcome!"
	First bool
	// KeepsOffer leaves the offer that stands on the table, and repeats it.
	KeepsOffer bool
	// Topic of the dialogue from now on; empty leaves it.
	Topic string
	// Offer standing after this reply; nil means none.
	Offer *Offer
	// Request to keep for a person; nil means none.
	Request *Request
}

// Request is something that a person has to take up.
type Request struct {
	Kind    contextv1.OpenRequest_Kind
	Summary string
}
