package dialogue

import (
	"context"
	"fmt"
	"slices"
	"time"

	contextv1 "github.com/parleyhq/parley/proto/gen/parley/context/v1"
)

// standing is what the offer on the table is to a message that was just read.
type standing int

const (
	// nothing is on the table: there is no offer, or it is not the last thing that was said to the customer.
	nothing standing = iota
	// waiting for an answer: a yes means this.
	waiting
	// expired: a yes is not enough any more.
	expired
	// taken by an earlier message.
	taken
	// takenNow: this very message took it, in a turn that was cut short.
	takenNow
)

// behind is how many messages back the last thing said to the customer, and what the matter is, are looked for.
const behind = 20

// standing of the offer. The last thing that the customer was told before writing must be the offer itself, on whatever
// channel: not what a colleague asked since, nor news of another matter, nor an offer made while they were still typing.
// When they quoted a message, it must be the offer's.
func (t *Turns) standing(offer *Offer, in incoming, last *contextv1.Message) standing {
	switch {
	case offer == nil:
		return nothing
	case offer.TakenBy == in.message.GetId():
		return takenNow
	case offer.HandlerEpoch != in.conversation.GetHandlerEpoch():
		return nothing
	case !slices.Contains(offer.MessageIDs, last.GetId()):
		return nothing
	case in.quotes() && !in.quotesOffer:
		return nothing
	case offer.TakenBy != "":
		return taken
	case in.time().Sub(offer.Time) > t.OfferFor:
		return expired
	default:
		return waiting
	}
}

func (in incoming) quotes() bool { return in.message.GetContent().GetQuotedExternalId() != "" }

// time when the message was appended, by the clock that also times our own.
func (in incoming) time() time.Time { return in.message.GetCreateTime().AsTime() }

// saidLately are the last few messages before this one, the newest last.
func (t *Turns) saidLately(ctx context.Context, in incoming) ([]*contextv1.Message, error) {
	before := in.message.GetSequence()
	if before <= 1 {
		return nil, nil
	}
	response, err := contextv1.NewContextServiceClient(t.Peers).ListMessages(asItself(ctx), &contextv1.ListMessagesRequest{
		ConversationId: in.conversation.GetId(), AfterSequence: max(0, before-1-behind), PageSize: behind,
	})
	if err != nil {
		return nil, fmt.Errorf("read what was said last in %s: %w", in.conversation.GetId(), err)
	}
	return slices.DeleteFunc(response.GetMessages(), func(m *contextv1.Message) bool { return m.GetSequence() >= before }), nil
}

// lastSaid is our side's newest message before this one; nil when there is none among the last few.
func (in incoming) lastSaid() *contextv1.Message {
	for _, m := range slices.Backward(in.lately) {
		if m.GetDirection() == contextv1.Direction_DIRECTION_OUTBOUND {
			return m
		}
	}
	return nil
}

// quotesOffer says whether the message quotes one of those in which the offer was made.
func (t *Turns) quotesOffer(ctx context.Context, in incoming, offer *Offer) (bool, error) {
	if offer == nil || !in.quotes() {
		return false, nil
	}
	response, err := contextv1.NewContextServiceClient(t.Peers).BatchGetMessages(asItself(ctx),
		&contextv1.BatchGetMessagesRequest{MessageIds: offer.MessageIDs})
	if err != nil {
		return false, fmt.Errorf("read the messages of the offer: %w", err)
	}
	return slices.ContainsFunc(response.GetMessages(), func(m *contextv1.Message) bool {
		return m.GetExternalId() == in.message.GetContent().GetQuotedExternalId()
	}), nil
}
