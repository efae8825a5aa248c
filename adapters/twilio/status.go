package twilio

import (
	"net/url"
	"strconv"
	"time"

	"github.com/parleyhq/parley/adapters/channel"
	contextv1 "github.com/parleyhq/parley/proto/gen/parley/context/v1"
)

// states maps Twilio's words: https://www.twilio.com/docs/messaging/api/message-resource#message-status-values. All
// that come before `sent` prove that Twilio has the message, which is what SENT means here.
var states = map[string]contextv1.DeliveryState{
	"accepted":    contextv1.DeliveryState_DELIVERY_STATE_SENT,
	"scheduled":   contextv1.DeliveryState_DELIVERY_STATE_SENT,
	"queued":      contextv1.DeliveryState_DELIVERY_STATE_SENT,
	"sending":     contextv1.DeliveryState_DELIVERY_STATE_SENT,
	"sent":        contextv1.DeliveryState_DELIVERY_STATE_SENT,
	"delivered":   contextv1.DeliveryState_DELIVERY_STATE_DELIVERED,
	"read":        contextv1.DeliveryState_DELIVERY_STATE_READ,
	"undelivered": contextv1.DeliveryState_DELIVERY_STATE_FAILED,
	"failed":      contextv1.DeliveryState_DELIVERY_STATE_FAILED,
	"canceled":    contextv1.DeliveryState_DELIVERY_STATE_FAILED,
}

// status is how far one of our messages got. Its stages share one id; their words tell them apart. The reference is the one
// that Send put into the callback's URL.
func (a *Adapter) status(form url.Values, ref string, now time.Time) ([]channel.Event, error) {
	id, word, recipient := form.Get("MessageSid"), form.Get("MessageStatus"), form.Get("To")
	state, known := states[word]
	switch {
	case !known:
		return nil, &channel.Unreadable{Reason: "UNKNOWN_STATUS", Detail: "MessageStatus"}
	case !sidFormat.MatchString(id):
		return nil, &channel.Unreadable{Reason: "NO_ID", Detail: "MessageSid"}
	case !numberFormat.MatchString(recipient):
		return nil, &channel.Unreadable{Reason: "RECIPIENT_NOT_A_NUMBER", Detail: "To"}
	}
	status := &channel.Status{ExternalID: id, MessageRef: ref, State: state, Time: now}
	if state == contextv1.DeliveryState_DELIVERY_STATE_FAILED {
		status.Reason = failure(word, form.Get("ErrorCode"))
	}
	return []channel.Event{{
		Kind: channel.KindStatus, ExternalID: id, Discriminator: word, Sender: recipient,
		OccurredTime: now, Status: status,
	}}, nil
}

func failure(word, code string) string {
	if n, err := strconv.Atoi(code); err == nil && n > 0 {
		return reasonOf(n)
	}
	if word == "canceled" {
		return "CANCELED"
	}
	return "NO_REASON_GIVEN"
}
