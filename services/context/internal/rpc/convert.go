package rpc

import (
	"time"

	accessv1 "github.com/parleyhq/parley/proto/gen/parley/access/v1"
	contextv1 "github.com/parleyhq/parley/proto/gen/parley/context/v1"
	"github.com/parleyhq/parley/services/context/internal/conversation"
	"google.golang.org/protobuf/types/known/timestamppb"
)

// The domain's enums are numbered as the proto's, so that they convert by number; convert_test.go holds them together.

func fromConversation(c conversation.Conversation) *contextv1.Conversation {
	state := contextv1.Conversation_STATE_OPEN
	if !c.Open() {
		state = contextv1.Conversation_STATE_CLOSED
	}
	return &contextv1.Conversation{
		Id:           c.ID,
		CustomerId:   c.CustomerID,
		State:        state,
		Handler:      contextv1.HandlerKind(c.Handler),
		Agent:        c.Agent,
		HandlerEpoch: c.HandlerEpoch,
		LastSequence: c.LastSequence,
		CreateTime:   fromTime(c.CreateTime),
		UpdateTime:   fromTime(c.UpdateTime),
		CloseTime:    fromTime(c.CloseTime),
	}
}

func fromMessages(said []conversation.Said) []*contextv1.Message {
	messages := make([]*contextv1.Message, len(said))
	for i, m := range said {
		messages[i] = fromMessage(m)
	}
	return messages
}

func fromMessage(m conversation.Said) *contextv1.Message {
	p := &contextv1.Message{
		Id:             m.ID,
		ConversationId: m.ConversationID,
		CustomerId:     m.CustomerID,
		Sequence:       m.Sequence,
		Channel:        m.Channel,
		Account:        m.Account,
		Direction:      contextv1.Direction(m.Direction),
		Text:           m.Words.Content.Text,
		Author:         contextv1.AuthorKind(m.Author),
		Address:        m.Words.Address,
		ExternalId:     m.Words.ExternalID,
		InReplyTo:      m.InReplyTo,
		Repeats:        m.Words.Content.Repeats,
		OccurredTime:   fromTime(m.OccurredTime),
		CreateTime:     fromTime(m.CreateTime),
		EditTime:       fromTime(m.EditTime),
		DeleteTime:     fromTime(m.DeleteTime),
		Assurance:      accessv1.Assurance(m.Assurance),
	}
	if m.DeleteTime.IsZero() {
		p.Content = fromContent(m.Words.Content)
	}
	if m.Delivery.State != 0 {
		p.Delivery = &contextv1.Delivery{
			State:         contextv1.DeliveryState(m.Delivery.State),
			FailureReason: m.Delivery.Reason,
			UpdateTime:    fromTime(m.Delivery.UpdateTime),
		}
	}
	if !m.Reaction.Time.IsZero() {
		p.Reaction = &contextv1.Reaction{Emoji: m.Words.Emoji, Time: fromTime(m.Reaction.Time)}
	}
	return p
}

func fromContent(c conversation.Content) *contextv1.Content {
	p := &contextv1.Content{
		Kind:             contextv1.ContentKind(c.Kind),
		Text:             c.Text,
		VendorKind:       c.VendorKind,
		QuotedExternalId: c.QuotedExternalID,
		Forwarded:        c.Forwarded,
		Automatic:        c.Automatic,
	}
	if c.Thread != nil {
		p.Thread = &contextv1.Thread{Subject: c.Thread.Subject, ExternalIds: c.Thread.ExternalIDs}
	}
	for _, a := range c.Attachments {
		p.Attachments = append(p.Attachments, &contextv1.Attachment{
			Reference: a.Reference, MediaType: a.MediaType, FileName: a.FileName,
		})
	}
	return p
}

func toContent(p *contextv1.Content) conversation.Content {
	c := conversation.Content{
		Kind:             conversation.ContentKind(p.GetKind()),
		Text:             p.GetText(),
		VendorKind:       p.GetVendorKind(),
		QuotedExternalID: p.GetQuotedExternalId(),
		Forwarded:        p.GetForwarded(),
		Automatic:        p.GetAutomatic(),
	}
	if t := p.GetThread(); t != nil {
		c.Thread = &conversation.Thread{Subject: t.GetSubject(), ExternalIDs: t.GetExternalIds()}
	}
	for _, a := range p.GetAttachments() {
		c.Attachments = append(c.Attachments, conversation.Attachment{
			Reference: a.GetReference(), MediaType: a.GetMediaType(), FileName: a.GetFileName(),
		})
	}
	return c
}

func toDelivery(p *contextv1.Delivery) conversation.Delivery {
	return conversation.Delivery{
		State: conversation.DeliveryState(p.GetState()), Reason: p.GetFailureReason(), UpdateTime: toTime(p.GetUpdateTime()),
	}
}

func fromOpenRequest(w conversation.Wanted) *contextv1.OpenRequest {
	return &contextv1.OpenRequest{
		Id:             w.ID,
		ConversationId: w.ConversationID,
		CustomerId:     w.CustomerID,
		Kind:           contextv1.OpenRequest_Kind(w.Kind),
		MessageId:      w.MessageID,
		Summary:        w.Words,
		CreateTime:     fromTime(w.CreateTime),
	}
}

// fromTime is unset for the zero time.
func fromTime(t time.Time) *timestamppb.Timestamp {
	if t.IsZero() {
		return nil
	}
	return timestamppb.New(t)
}

// toTime is zero for an unset timestamp.
func toTime(t *timestamppb.Timestamp) time.Time {
	if t == nil {
		return time.Time{}
	}
	return t.AsTime()
}
