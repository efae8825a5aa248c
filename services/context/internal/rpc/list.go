package rpc

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/parleyhq/parley/mesh/fault"
	"github.com/parleyhq/parley/mesh/page"
	"github.com/parleyhq/parley/mesh/typeid"
	contextv1 "github.com/parleyhq/parley/proto/gen/parley/context/v1"
	"github.com/parleyhq/parley/services/context/internal/conversation"
)

// Methods that page, as their tokens are bound to them.
const (
	listConversations = "context.ListConversations"
	listMessages      = "context.ListMessages"
	listOpenRequests  = "context.ListOpenRequests"
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
	mark, err := s.mark(listMessages, id, req.GetPageToken())
	if err != nil {
		return nil, err
	}
	after, size := req.GetAfterSequence(), page.Size(req.GetPageSize(), defaultPage, largestPage)
	if mark.ID != "" {
		if after, err = strconv.ParseInt(mark.ID, 10, 64); err != nil {
			return nil, badToken()
		}
	}
	said, err := s.Timeline.OfConversation(ctx, reach(ctx), id, after, size+1)
	if err != nil {
		return nil, toFault(err)
	}
	said, more := cut(said, size)
	resp := &contextv1.ListMessagesResponse{Messages: fromMessages(said)}
	if more {
		last := said[len(said)-1]
		resp.NextPageToken = s.token(listMessages, id, conversation.Mark{ID: strconv.FormatInt(last.Sequence, 10)})
	}
	return resp, nil
}

func (s *ContextService) listOfCustomer(
	ctx context.Context, req *contextv1.ListMessagesRequest,
) (*contextv1.ListMessagesResponse, error) {
	if req.GetAfterSequence() != 0 {
		return nil, fault.Invalid("after_sequence", "AFTER_SEQUENCE_INVALID", "set it for a conversation only")
	}
	id := req.GetCustomerId()
	mark, err := s.begin(req)
	if err != nil {
		return nil, err
	}
	size := page.Size(req.GetPageSize(), defaultPage, largestPage)
	said, err := s.Timeline.OfCustomer(ctx, reach(ctx), id, req.GetAccount(), mark, size+1)
	if err != nil {
		return nil, toFault(err)
	}
	said, more := cut(said, size)
	resp := &contextv1.ListMessagesResponse{Messages: fromMessages(said)}
	if more {
		last := said[len(said)-1]
		resp.NextPageToken = s.token(listMessages, id, conversation.Mark{Time: last.CreateTime, ID: last.ID})
	}
	return resp, nil
}

// begin is where a list of a customer's messages begins, or goes on.
func (s *ContextService) begin(req *contextv1.ListMessagesRequest) (conversation.Mark, error) {
	if req.GetPageToken() != "" {
		return s.mark(listMessages, req.GetCustomerId(), req.GetPageToken())
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
	if id != "" {
		if err := typeid.Check("customer_id", conversation.CustomerPrefix, id); err != nil {
			return nil, err
		}
	}
	mark, err := s.mark(listOpenRequests, id, req.GetPageToken())
	if err != nil {
		return nil, err
	}
	size := page.Size(req.GetPageSize(), defaultPage, largestPage)
	wanted, err := s.Requests.List(ctx, reach(ctx), id, mark, size+1)
	if err != nil {
		return nil, toFault(err)
	}
	wanted, more := cut(wanted, size)
	resp := &contextv1.ListOpenRequestsResponse{}
	for _, w := range wanted {
		resp.OpenRequests = append(resp.OpenRequests, fromOpenRequest(w))
	}
	if more {
		last := wanted[len(wanted)-1]
		resp.NextPageToken = s.token(listOpenRequests, id, conversation.Mark{Time: last.CreateTime, ID: last.ID})
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
	parent := fmt.Sprintf("%+v", which)
	before, err := s.mark(listConversations, parent, req.GetPageToken())
	if err != nil {
		return nil, err
	}
	size := page.Size(req.GetPageSize(), defaultConversations, largestConversations)
	found, err := s.Timeline.Conversations(ctx, reach(ctx), which, before, size+1)
	if err != nil {
		return nil, toFault(err)
	}
	found, more := cut(found, size)
	resp := &contextv1.ListConversationsResponse{}
	for _, c := range found {
		resp.Conversations = append(resp.Conversations, fromConversation(c))
	}
	if more {
		last := found[len(found)-1]
		resp.NextPageToken = s.token(listConversations, parent, conversation.Mark{Time: last.ChangeTime, ID: last.ID})
	}
	return resp, nil
}

// cut a list that was asked for one more than the page holds.
func cut[T any](list []T, size int) (_ []T, more bool) {
	if len(list) <= size {
		return list, false
	}
	return list[:size], true
}

// token continues the list of a parent behind the mark.
func (s *ContextService) token(method, parent string, m conversation.Mark) string {
	return s.Pages.Encode(method, parent, strconv.FormatInt(m.Time.UnixMicro(), 10), m.ID)
}

// mark of a token, which must be of the same list. The empty token is the beginning.
func (s *ContextService) mark(method, parent, token string) (conversation.Mark, error) {
	cursor, err := s.Pages.Decode(method, token)
	if err != nil || cursor == nil {
		return conversation.Mark{}, err
	}
	if len(cursor) != 3 || cursor[0] != parent {
		return conversation.Mark{}, badToken()
	}
	micros, err := strconv.ParseInt(cursor[1], 10, 64)
	if err != nil {
		return conversation.Mark{}, badToken()
	}
	return conversation.Mark{Time: time.UnixMicro(micros).UTC(), ID: cursor[2]}, nil
}

func badToken() error {
	return fault.Invalid("page_token", "PAGE_TOKEN_INVALID", "not a token of this list")
}
