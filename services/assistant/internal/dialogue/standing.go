package dialogue

import (
	"slices"

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
