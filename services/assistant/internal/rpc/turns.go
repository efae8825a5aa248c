package rpc

import (
	"context"
	"strconv"

	"github.com/parleyhq/parley/mesh/caller"
	"github.com/parleyhq/parley/mesh/page"
	"github.com/parleyhq/parley/mesh/typeid"
	assistantv1 "github.com/parleyhq/parley/proto/gen/parley/assistant/v1"
	"github.com/parleyhq/parley/services/assistant/internal/dialogue"
)

// Turns of a page, when nothing is asked for and at most; the proto promises them.
const (
	pageSize    = 50
	maxPageSize = 200
)

// ListTurns lists what was made of a conversation's messages.
func (s *AssistantService) ListTurns(
	ctx context.Context, req *assistantv1.ListTurnsRequest,
) (*assistantv1.ListTurnsResponse, error) {
	id := req.GetConversationId()
	if err := typeid.Check("conversation_id", "conversation", id); err != nil {
		return nil, err
	}
	list := s.Pages.List(assistantv1.AssistantService_ListTurns_FullMethodName, id)
	after, err := afterSequence(list, req.GetPageToken())
	if err != nil {
		return nil, err
	}
	size := page.Size(req.GetPageSize(), pageSize, maxPageSize)
	turns, err := s.Turns.Turns(ctx, caller.Tenant(ctx), id, after, size+1)
	if err != nil {
		return nil, err
	}
	resp := &assistantv1.ListTurnsResponse{}
	turns, resp.NextPageToken = page.Cut(list, turns, size, func(t dialogue.Turn) []string {
		return []string{strconv.FormatInt(t.Sequence, 10)}
	})
	for _, t := range turns {
		resp.Turns = append(resp.Turns, s.toldTurn(t))
	}
	return resp, nil
}

func afterSequence(list page.List, token string) (int64, error) {
	after, err := list.AfterID(token)
	if err != nil || after == "" {
		return 0, err
	}
	sequence, err := strconv.ParseInt(after, 10, 64)
	if err != nil {
		return 0, page.NotOfList().Because(err)
	}
	return sequence, nil
}

var offerStates = map[dialogue.OfferState]assistantv1.Turn_OfferState{
	dialogue.OfferWaiting: assistantv1.Turn_OFFER_STATE_WAITING,
	dialogue.OfferExpired: assistantv1.Turn_OFFER_STATE_EXPIRED,
	dialogue.OfferTaken:   assistantv1.Turn_OFFER_STATE_TAKEN,
}

// toldTurn is the turn as the API tells it. Days are resolved for when the message came.
func (s *AssistantService) toldTurn(t dialogue.Turn) *assistantv1.Turn {
	told := &assistantv1.Turn{
		ConversationId: t.ConversationID,
		MessageId:      t.MessageID,
		Sequence:       t.Sequence,
		ReplyId:        t.ReplyID,
		Understanding:  Understanding(t.Said, t.Time.In(s.Zone)),
		OfferState:     offerStates[t.Offer],
		OfferMessageId: t.OfferMessageID,
	}
	for _, step := range t.Steps {
		each := &assistantv1.TurnStep{Skill: step.Skill, Intent: step.Intent}
		for _, c := range step.Calls {
			each.Calls = append(each.Calls, &assistantv1.TurnCall{Method: c.Method, ErrorReason: c.Reason})
		}
		told.Steps = append(told.Steps, each)
	}
	return told
}
