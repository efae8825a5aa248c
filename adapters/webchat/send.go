package webchat

import (
	"context"

	"github.com/parleyhq/parley/adapters/channel"
)

// Send asks whether the visitor has the line. It does not carry it: a stream reads it where it was posted, in the conversation, and
// is woken here. A visitor who is away is waited for; one who does not come back in time has gone, and then no stream shows
// the line any more, for it reaches the customer elsewhere.
func (a *Adapter) Send(_ context.Context, out channel.Outgoing) (channel.SendResult, error) {
	switch answer, wait := a.presence.ask(out.To, out.MessageID); answer {
	case taken:
		return channel.SendResult{ExternalID: out.DeliveryID}, nil
	case gone:
		return channel.SendResult{}, channel.NewSendError(channel.Permanent, ReasonGone, nil)
	default:
		away := channel.NewSendError(channel.Waiting, ReasonAway, nil)
		away.RetryAfter = wait
		return channel.SendResult{}, away
	}
}

// Reasons of Send.
const (
	// ReasonGone: the visitor did not come for the line in time. The conversation posts it where else the customer wrote.
	ReasonGone = "RECIPIENT_GONE"
	// ReasonAway: the visitor has not come for it yet.
	ReasonAway = "RECIPIENT_AWAY"
)

// Reconcile says that nothing was sent: an attempt only asks, so it may be made again.
func (a *Adapter) Reconcile(context.Context, channel.Outgoing, channel.Attempt) (channel.Outcome, channel.SendResult, error) {
	return channel.OutcomeNotSent, channel.SendResult{}, nil
}
