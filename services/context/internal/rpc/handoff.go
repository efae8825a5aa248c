package rpc

import (
	"context"
	"strings"

	"github.com/parleyhq/parley/mesh/typeid"
	accessv1 "github.com/parleyhq/parley/proto/gen/parley/access/v1"
	contextv1 "github.com/parleyhq/parley/proto/gen/parley/context/v1"
	identityv1 "github.com/parleyhq/parley/proto/gen/parley/identity/v1"
	"github.com/parleyhq/parley/services/context/internal/conversation"
	"github.com/parleyhq/parley/services/context/internal/handoff"
	"google.golang.org/genproto/googleapis/type/date"
)

// GetHandoff implements ContextService.
func (s *ContextService) GetHandoff(
	ctx context.Context, req *contextv1.GetHandoffRequest,
) (*contextv1.GetHandoffResponse, error) {
	if err := typeid.Check("conversation_id", conversation.ConversationPrefix, req.GetConversationId()); err != nil {
		return nil, err
	}
	p, err := s.Handoffs.Make(ctx, reach(ctx), req.GetConversationId())
	if err != nil {
		return nil, toFault(err)
	}
	return &contextv1.GetHandoffResponse{Handoff: fromPacket(p)}, nil
}

func fromPacket(p handoff.Packet) *contextv1.Handoff {
	h := &contextv1.Handoff{
		Conversation: fromConversation(p.Conversation), Customer: fromCustomer(p.Customer),
		Assurance: accessv1.Assurance(p.Assurance), SaidMore: p.SaidMore,
		Wanted: fromLines(p.Wanted), Done: fromLines(p.Done), Promised: fromLines(p.Promised),
		Open: append(fromLines(p.Open), fromLines(p.Requests)...),
	}
	if p.Asked != nil {
		h.Open = append(h.Open, fromLine(handoff.Line{
			Text: "The assistant asked, and has no answer: “" + p.Asked.Text + "”", MessageID: p.Asked.MessageID, Time: p.Asked.Time,
		}))
	}
	for _, s := range p.Said {
		h.Said = append(h.Said, &contextv1.HandoffLine{
			Text: saidText(s), MessageId: s.ID, Time: fromTime(s.OccurredTime), Channel: s.Channel,
			Author: contextv1.AuthorKind(s.Author),
		})
	}
	return h
}

// saidText is the words of a message, or in brackets what there is in their place.
func saidText(s conversation.Said) string {
	switch content := s.Words.Content; {
	case !s.DeleteTime.IsZero():
		return "(deleted)"
	case content.Text != "":
		return content.Text
	case content.Kind == 0:
		return "(erased)"
	default:
		return "(" + strings.ToLower(strings.TrimPrefix(contextv1.ContentKind(content.Kind).String(), "CONTENT_KIND_")) + ")"
	}
}

func fromCustomer(c handoff.Customer) *identityv1.Customer {
	customer := &identityv1.Customer{Id: c.ID, DisplayName: c.Name, Locale: c.Locale}
	for _, h := range c.Handles {
		customer.Handles = append(customer.Handles, &identityv1.LinkedHandle{
			Handle:    &identityv1.Handle{Kind: identityv1.HandleKind(h.Kind), Value: h.Value},
			Assurance: accessv1.Assurance(h.Assurance), LinkTime: fromTime(h.LinkTime),
		})
	}
	return customer
}

func fromLines(lines []handoff.Line) []*contextv1.HandoffLine {
	list := make([]*contextv1.HandoffLine, len(lines))
	for i, line := range lines {
		list[i] = fromLine(line)
	}
	return list
}

func fromLine(l handoff.Line) *contextv1.HandoffLine {
	line := &contextv1.HandoffLine{Text: l.Text, MessageId: l.MessageID, RecordId: l.RecordID, Time: fromTime(l.Time)}
	if l.Due != (handoff.Date{}) {
		line.DueDate = &date.Date{Year: int32(l.Due.Year), Month: int32(l.Due.Month), Day: int32(l.Due.Day)}
	}
	return line
}
