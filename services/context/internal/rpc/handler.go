package rpc

import (
	"context"
	"errors"

	"github.com/parleyhq/parley/mesh/caller"
	"github.com/parleyhq/parley/mesh/typeid"
	contextv1 "github.com/parleyhq/parley/proto/gen/parley/context/v1"
	"github.com/parleyhq/parley/services/context/internal/conversation"
)

// SetHandler implements ContextService.
func (s *ContextService) SetHandler(
	ctx context.Context, req *contextv1.SetHandlerRequest,
) (*contextv1.SetHandlerResponse, error) {
	if err := typeid.Check("conversation_id", conversation.ConversationPrefix, req.GetConversationId()); err != nil {
		return nil, err
	}
	c, err := s.Handlers.Set(ctx, reach(ctx), req.GetConversationId(), conversation.Handler(req.GetHandler()),
		req.GetAgent(), req.GetHandlerEpoch())
	if err != nil {
		return nil, toFault(err)
	}
	return &contextv1.SetHandlerResponse{Conversation: fromConversation(c)}, nil
}

// CloseConversation implements ContextService.
func (s *ContextService) CloseConversation(
	ctx context.Context, req *contextv1.CloseConversationRequest,
) (*contextv1.CloseConversationResponse, error) {
	if err := typeid.Check("conversation_id", conversation.ConversationPrefix, req.GetConversationId()); err != nil {
		return nil, err
	}
	c, err := asHandler(ctx, s.Handlers, req.GetConversationId(), func() (conversation.Conversation, error) {
		return s.Handlers.Close(ctx, reach(ctx), req.GetConversationId(), caller.Agent(ctx))
	})
	if err != nil {
		return nil, toFault(err)
	}
	return &contextv1.CloseConversationResponse{Conversation: fromConversation(c)}, nil
}

// asHandler does what only the agent who handles the conversation may do, and again when he has only just become it.
func asHandler[T any](ctx context.Context, handlers *conversation.Handlers, id string, do func() (T, error)) (T, error) {
	done, err := do()
	if !errors.Is(err, conversation.ErrNotYours) {
		return done, err
	}
	if err := handlers.CatchUp(ctx, reach(ctx), id, caller.Agent(ctx)); err != nil {
		return done, err
	}
	return do()
}
