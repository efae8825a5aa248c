package whatsapp

import (
	"encoding/json"

	"github.com/parleyhq/parley/adapters/channel"
	contextv1 "github.com/parleyhq/parley/proto/gen/parley/context/v1"
)

// states maps Meta's words. Others (`deleted`, `warning`, those of payments) say nothing about a delivery.
var states = map[string]contextv1.DeliveryState{
	"sent":      contextv1.DeliveryState_DELIVERY_STATE_SENT,
	"delivered": contextv1.DeliveryState_DELIVERY_STATE_DELIVERED,
	"read":      contextv1.DeliveryState_DELIVERY_STATE_READ,
	"played":    contextv1.DeliveryState_DELIVERY_STATE_READ,
	"failed":    contextv1.DeliveryState_DELIVERY_STATE_FAILED,
}

func (p *parser) status(path string, raw json.RawMessage) {
	var s status
	if json.Unmarshal(raw, &s) != nil {
		p.unreadable("MALFORMED", path)
		return
	}
	p.reached(path, s)
}

// reached is how far one of our messages got. Its stages share one id; their words tell them apart.
func (p *parser) reached(path string, s status) {
	state, known := states[s.Status]
	ofMessage := s.Type == "" || s.Type == "message"
	if !known || !ofMessage || s.RecipientType == "group" {
		return
	}
	recipient := s.RecipientID
	if recipient == "" {
		recipient = s.RecipientUserID
	}
	when, ok := s.Timestamp.time()
	switch {
	case !plain(s.ID):
		p.unreadable("NO_ID", path+".id")
		return
	case !plain(recipient):
		p.unreadable("NO_RECIPIENT", path+".recipient_id")
		return
	case !ok:
		p.unreadable("BAD_TIMESTAMP", path+".timestamp")
		return
	}
	event := channel.Event{
		Kind: channel.KindStatus, ExternalID: s.ID, Discriminator: s.Status, Sender: recipient, OccurredTime: when,
		Status: &channel.Status{ExternalID: s.ID, State: state, Time: when},
	}
	if plain(s.CallbackData) {
		event.Status.MessageRef = s.CallbackData
	}
	if state == contextv1.DeliveryState_DELIVERY_STATE_FAILED {
		event.Status.Reason = "NO_REASON_GIVEN"
		if len(s.Errors) > 0 {
			event.Status.Reason = reasonOf(s.Errors[0].Code)
		}
	}
	p.events = append(p.events, event)
}
