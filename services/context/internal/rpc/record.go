package rpc

import (
	"context"

	"github.com/parleyhq/parley/mesh/fault"
	"github.com/parleyhq/parley/mesh/typeid"
	contextv1 "github.com/parleyhq/parley/proto/gen/parley/context/v1"
	"github.com/parleyhq/parley/services/context/internal/conversation"
)

// RecordEvents implements ContextService. It answers for every event; an event that cannot be read has its own error.
func (s *ContextService) RecordEvents(
	ctx context.Context, req *contextv1.RecordEventsRequest,
) (*contextv1.RecordEventsResponse, error) {
	results := make([]*contextv1.EventResult, len(req.GetEvents()))
	var events []conversation.ChannelEvent
	var places []int // of the events in the request
	for i, e := range req.GetEvents() {
		event, err := toEvent(indexed("events", i), e)
		if err != nil {
			results[i] = s.result(ctx, conversation.Result{Err: err})
			continue
		}
		events, places = append(events, event), append(places, i)
	}
	for i, r := range s.Recorder.Record(ctx, reach(ctx).Tenant, events) {
		results[places[i]] = s.result(ctx, r)
	}
	return &contextv1.RecordEventsResponse{Results: results}, nil
}

// result tells the caller what became of an event. Errors here do not end the call, so their causes are logged here.
func (s *ContextService) result(ctx context.Context, r conversation.Result) *contextv1.EventResult {
	if r.Err != nil {
		err := toEventFault(r.Err)
		s.Log.WarnContext(ctx, "an event was not recorded", "code", fault.Code(err).String(), "error", err)
		return &contextv1.EventResult{Error: fault.Status(err).Proto()}
	}
	return &contextv1.EventResult{CustomerId: r.CustomerID, ConversationId: r.ConversationID, MessageId: r.MessageID}
}

func toEvent(field string, e *contextv1.ChannelEvent) (conversation.ChannelEvent, error) {
	event := conversation.ChannelEvent{
		Key: e.GetKey(), Channel: e.GetChannel(), Account: e.GetAccount(), OccurredTime: toTime(e.GetOccurredTime()),
	}
	var err error
	if event.What, err = toHappening(field, e); err != nil {
		return event, err
	}
	if _, ours := event.What.(conversation.Status); ours {
		return event, nil
	}
	if len(e.GetSender().GetHandles()) == 0 {
		return event, fault.Invalid(field+".sender", "SENDER_MISSING", "the sender and what the vendor vouched for are needed")
	}
	event.Sender = toSender(e.GetSender())
	return event, nil
}

func toSender(s *contextv1.Sender) *conversation.Sender {
	from := &conversation.Sender{
		Address: s.GetAddress(), DisplayName: s.GetDisplayName(), Assurance: conversation.Assurance(s.GetAssurance()),
	}
	for _, h := range s.GetHandles() {
		from.Handles = append(from.Handles, conversation.Handle{Kind: int(h.GetKind()), Value: h.GetValue()})
	}
	return from
}

func toHappening(field string, e *contextv1.ChannelEvent) (conversation.Happening, error) {
	switch {
	case e.GetMessage() != nil:
		return conversation.InboundMessage{
			ExternalID: e.GetMessage().GetExternalId(), Content: toContent(e.GetMessage().GetContent()),
		}, nil
	case e.GetEdit() != nil:
		return conversation.Edit{ExternalID: e.GetEdit().GetExternalId(), Content: toContent(e.GetEdit().GetContent())}, nil
	case e.GetDeletion() != nil:
		return conversation.Deletion{ExternalID: e.GetDeletion().GetExternalId()}, nil
	case e.GetReaction() != nil:
		return conversation.Reacted{ExternalID: e.GetReaction().GetExternalId(), Emoji: e.GetReaction().GetEmoji()}, nil
	case e.GetIdentified() != nil:
		if len(e.GetIdentified().GetHandles()) == 0 {
			return nil, fault.Invalid(field+".identified.handles", "SENDER_MISSING", "who the sender is is needed")
		}
		return conversation.Identified{As: *toSender(&contextv1.Sender{
			Handles: e.GetIdentified().GetHandles(), Assurance: e.GetIdentified().GetAssurance(),
		})}, nil
	case e.GetStatus() != nil:
		id := e.GetStatus().GetMessageId()
		if err := typeid.Check(field+".status.message_id", conversation.MessagePrefix, id); err != nil {
			return nil, err
		}
		if _, known := contextv1.DeliveryState_name[int32(e.GetStatus().GetDelivery().GetState())]; !known {
			return nil, fault.Invalid(field+".status.delivery.state", "STATE_UNKNOWN", "no such delivery state")
		}
		return conversation.Status{
			MessageID: id, ExternalID: e.GetStatus().GetExternalId(), Delivery: toDelivery(e.GetStatus().GetDelivery()),
		}, nil
	default:
		return nil, fault.Invalid(field+".event", "EVENT_MISSING", "nothing that can be recorded")
	}
}
