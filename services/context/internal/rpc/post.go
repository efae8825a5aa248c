package rpc

import (
	"context"
	"fmt"

	"github.com/parleyhq/parley/mesh/caller"
	"github.com/parleyhq/parley/mesh/fault"
	"github.com/parleyhq/parley/mesh/typeid"
	contextv1 "github.com/parleyhq/parley/proto/gen/parley/context/v1"
	"github.com/parleyhq/parley/services/context/internal/conversation"
	"google.golang.org/protobuf/proto"
)

// PostMessage implements ContextService.
func (s *ContextService) PostMessage(
	ctx context.Context, req *contextv1.PostMessageRequest,
) (*contextv1.PostMessageResponse, error) {
	if err := typeid.Check("conversation_id", conversation.ConversationPrefix, req.GetConversationId()); err != nil {
		return nil, err
	}
	if err := typeid.CheckOptional("in_reply_to", conversation.MessagePrefix, req.GetInReplyTo()); err != nil {
		return nil, err
	}
	request, err := once(ctx, "context.PostMessage", req.GetRequestId(), req)
	if err != nil {
		return nil, err
	}
	post := conversation.Post{
		Request:        request,
		ConversationID: req.GetConversationId(),
		Text:           req.GetText(),
		InReplyTo:      req.GetInReplyTo(),
		HandlerEpoch:   req.GetHandlerEpoch(),
		Author:         conversation.Author(req.GetAuthor()),
		Agent:          caller.Agent(ctx),
	}
	if post.Agent != "" && post.Author != conversation.ByAgent {
		return nil, authorNotYou
	}
	said, err := asHandler(ctx, s.Handlers, post.ConversationID, func() (conversation.Said, error) {
		return s.Poster.Post(ctx, reach(ctx), post)
	})
	if err != nil {
		return nil, toFault(err)
	}
	return &contextv1.PostMessageResponse{Message: fromMessage(said)}, nil
}

// PostToCustomer implements ContextService.
func (s *ContextService) PostToCustomer(
	ctx context.Context, req *contextv1.PostToCustomerRequest,
) (*contextv1.PostToCustomerResponse, error) {
	if err := typeid.Check("customer_id", conversation.CustomerPrefix, req.GetCustomerId()); err != nil {
		return nil, err
	}
	request, err := once(ctx, "context.PostToCustomer", req.GetRequestId(), req)
	if err != nil {
		return nil, err
	}
	said, err := s.Poster.PostToCustomer(ctx, reach(ctx), req.GetCustomerId(), conversation.Post{
		Request: request,
		Text:    req.GetText(),
		Author:  conversation.Author(req.GetAuthor()),
	})
	if err != nil {
		return nil, toFault(err)
	}
	return &contextv1.PostToCustomerResponse{Message: fromMessage(said)}, nil
}

// CreateOpenRequest implements ContextService.
func (s *ContextService) CreateOpenRequest(
	ctx context.Context, req *contextv1.CreateOpenRequestRequest,
) (*contextv1.CreateOpenRequestResponse, error) {
	if err := checkParent(req.GetCustomerId(), req.GetConversationId()); err != nil {
		return nil, err
	}
	if err := typeid.CheckOptional("message_id", conversation.MessagePrefix, req.GetMessageId()); err != nil {
		return nil, err
	}
	request, err := once(ctx, "context.CreateOpenRequest", req.GetRequestId(), req)
	if err != nil {
		return nil, err
	}
	wanted, err := s.Requests.Create(ctx, reach(ctx), request, conversation.Wanted{
		OpenRequest: conversation.OpenRequest{
			ConversationID: req.GetConversationId(), CustomerID: req.GetCustomerId(),
			MessageID: req.GetMessageId(), Kind: int(req.GetKind()),
		},
		Words: req.GetSummary(),
	})
	if err != nil {
		return nil, toFault(err)
	}
	return &contextv1.CreateOpenRequestResponse{OpenRequest: fromOpenRequest(wanted)}, nil
}

// checkParent wants exactly one of the two.
func checkParent(customerID, conversationID string) error {
	if (customerID == "") == (conversationID == "") {
		return fault.Invalid("customer_id", "PARENT_INVALID", "set exactly one of customer_id and conversation_id")
	}
	if customerID != "" {
		return typeid.Check("customer_id", conversation.CustomerPrefix, customerID)
	}
	return typeid.Check("conversation_id", conversation.ConversationPrefix, conversationID)
}

// once is a request that has its effect once.
func once(ctx context.Context, method, id string, req proto.Message) (conversation.Request, error) {
	payload, err := proto.MarshalOptions{Deterministic: true}.Marshal(req)
	if err != nil {
		return conversation.Request{}, fmt.Errorf("encoding the request %s: %w", id, err)
	}
	return conversation.Request{Tenant: reach(ctx).Tenant, Method: method, ID: id, Payload: payload}, nil
}
