package rpc

import (
	"context"
	"fmt"
	"strconv"

	"github.com/parleyhq/parley/mesh/fault"
	"github.com/parleyhq/parley/mesh/page"
	"github.com/parleyhq/parley/mesh/typeid"
	contextv1 "github.com/parleyhq/parley/proto/gen/parley/context/v1"
	"github.com/parleyhq/parley/services/context/internal/conversation"
)

// ListMessages implements ContextService.
func (s *ContextService) ListMessages(
	ctx context.Context, req *contextv1.ListMessagesRequest,
) (*contextv1.ListMessagesResponse, error) {
	if err := checkParent(req.GetCustomerId(), req.GetConversationId()); err != nil {
		return nil, err
	}
	if req.GetConversationId() != "" {
		if req.GetAccount() != "" || req.GetAfterTime() != nil || req.GetAfterMessageId() != "" {
			return nil, fault.Invalid("customer_id", "PARENT_INVALID", "account, after_time and after_message_id are for lists of a customer")
		}
		return s.listOfConversation(ctx, req)
	}
	return s.listOfCustomer(ctx, req)
}

func (s *ContextService) listOfConversation(
	ctx context.Context, req *contextv1.ListMessagesRequest,
) (*contextv1.ListMessagesResponse, error) {
	id := req.GetConversationId()
	list := s.Pages.List(contextv1.ContextService_ListMessages_FullMethodName, id)
	after, err := afterSequence(list, req)
	if err != nil {
		return nil, err
	}
	size := page.Size(req.GetPageSize(), defaultPage, largestPage)
	said, err := s.Timeline.OfConversation(ctx, reach(ctx), id, after, size+1)
	if err != nil {
		return nil, toFault(err)
	}
	said, next := page.Cut(list, said, size, func(m conversation.Said) []string {
		return []string{strconv.FormatInt(m.Sequence, 10)}
	})
	return &contextv1.ListMessagesResponse{Messages: fromMessages(said), NextPageToken: next}, nil
}

// afterSequence is what a page token says, or else the request.
func afterSequence(list page.List, req *contextv1.ListMessagesRequest) (int64, error) {
	after, err := list.AfterID(req.GetPageToken())
	if err != nil || after == "" {
		return req.GetAfterSequence(), err
	}
	sequence, err := strconv.ParseInt(after, 10, 64)
	if err != nil {
		return 0, page.NotOfList().Because(err)
	}
	return sequence, nil
}

func (s *ContextService) listOfCustomer(
	ctx context.Context, req *contextv1.ListMessagesRequest,
) (*contextv1.ListMessagesResponse, error) {
	if req.GetAfterSequence() != 0 {
		return nil, fault.Invalid("after_sequence", "AFTER_SEQUENCE_INVALID", "set it for a conversation only")
	}
	id := req.GetCustomerId()
	list := s.Pages.List(contextv1.ContextService_ListMessages_FullMethodName, id)
	mark, err := begin(list, req)
	if err != nil {
		return nil, err
	}
	size := page.Size(req.GetPageSize(), defaultPage, largestPage)
	said, err := s.Timeline.OfCustomer(ctx, reach(ctx), id, req.GetAccount(), mark, size+1)
	if err != nil {
		return nil, toFault(err)
	}
	said, next := page.Cut(list, said, size, func(m conversation.Said) []string { return page.At(m.CreateTime, m.ID) })
	return &contextv1.ListMessagesResponse{Messages: fromMessages(said), NextPageToken: next}, nil
}

// begin is where a list of a customer's messages begins, or goes on.
func begin(list page.List, req *contextv1.ListMessagesRequest) (conversation.Mark, error) {
	if req.GetPageToken() != "" {
		return markOf(list, req.GetPageToken())
	}
	if id := req.GetAfterMessageId(); id != "" {
		if err := typeid.Check("after_message_id", conversation.MessagePrefix, id); err != nil {
			return conversation.Mark{}, err
		}
	}
	return conversation.Mark{Time: toTime(req.GetAfterTime()), ID: req.GetAfterMessageId()}, nil
}

// ListOpenRequests implements ContextService.
func (s *ContextService) ListOpenRequests(
	ctx context.Context, req *contextv1.ListOpenRequestsRequest,
) (*contextv1.ListOpenRequestsResponse, error) {
	id := req.GetCustomerId()
	if err := typeid.CheckOptional("customer_id", conversation.CustomerPrefix, id); err != nil {
		return nil, err
	}
	list := s.Pages.List(contextv1.ContextService_ListOpenRequests_FullMethodName, id)
	mark, err := markOf(list, req.GetPageToken())
	if err != nil {
		return nil, err
	}
	size := page.Size(req.GetPageSize(), defaultPage, largestPage)
	wanted, err := s.Requests.List(ctx, reach(ctx), id, mark, size+1)
	if err != nil {
		return nil, toFault(err)
	}
	resp := &contextv1.ListOpenRequestsResponse{}
	wanted, resp.NextPageToken = page.Cut(list, wanted, size, func(w conversation.Wanted) []string {
		return page.At(w.CreateTime, w.ID)
	})
	for _, w := range wanted {
		resp.OpenRequests = append(resp.OpenRequests, fromOpenRequest(w))
	}
	return resp, nil
}

// ListConversations implements ContextService.
func (s *ContextService) ListConversations(
	ctx context.Context, req *contextv1.ListConversationsRequest,
) (*contextv1.ListConversationsResponse, error) {
	if err := typeid.CheckOptional("customer_id", conversation.CustomerPrefix, req.GetCustomerId()); err != nil {
		return nil, err
	}
	which := conversation.Selection{
		CustomerID: req.GetCustomerId(), Handler: conversation.Handler(req.GetHandler()), State: conversation.State(req.GetState()),
	}
	list := s.Pages.List(contextv1.ContextService_ListConversations_FullMethodName, fmt.Sprintf("%+v", which))
	before, err := markOf(list, req.GetPageToken())
	if err != nil {
		return nil, err
	}
	size := page.Size(req.GetPageSize(), defaultConversations, largestConversations)
	found, err := s.Timeline.Conversations(ctx, reach(ctx), which, before, size+1)
	if err != nil {
		return nil, toFault(err)
	}
	resp := &contextv1.ListConversationsResponse{}
	found, resp.NextPageToken = page.Cut(list, found, size, func(c conversation.Conversation) []string {
		return page.At(c.ChangeTime, c.ID)
	})
	for _, c := range found {
		resp.Conversations = append(resp.Conversations, fromConversation(c))
	}
	return resp, nil
}

// markOf a token of a list in the order of times. The empty token is the beginning.
func markOf(list page.List, token string) (m conversation.Mark, err error) {
	m.Time, m.ID, err = list.AfterTime(token)
	return m, err
}
