// Package rpc is parley.context.v1.ContextService: protobuf in, domain out, and back.
package rpc

import (
	"context"
	"log/slog"
	"time"

	"github.com/parleyhq/parley/mesh/caller"
	"github.com/parleyhq/parley/mesh/clock"
	"github.com/parleyhq/parley/mesh/page"
	"github.com/parleyhq/parley/mesh/typeid"
	contextv1 "github.com/parleyhq/parley/proto/gen/parley/context/v1"
	"github.com/parleyhq/parley/services/context/internal/conversation"
	"github.com/parleyhq/parley/services/context/internal/handoff"
)

// Sizes of a page of any list here.
const (
	defaultPage = 200
	largestPage = 1000

	defaultConversations = 50
	largestConversations = 200
)

// ContextService answers the RPCs.
type ContextService struct {
	contextv1.UnimplementedContextServiceServer

	Recorder *conversation.Recorder
	Poster   *conversation.Poster
	Timeline *conversation.Timeline
	Requests *conversation.Requests
	Handlers *conversation.Handlers
	Handoffs *handoff.Maker
	Pages    *page.Tokens
	Clock    clock.Clock
	Log      *slog.Logger
	// WatchInterval is how late a watcher sees what another replica wrote.
	WatchInterval time.Duration
}

// reach of the caller. The interceptors have made sure that there is one.
func reach(ctx context.Context) conversation.Reach {
	c := caller.From(ctx)
	return conversation.Reach{Tenant: c.GetTenant(), CustomerID: c.GetOnBehalfOfCustomer()}
}

// GetConversation implements ContextService.
func (s *ContextService) GetConversation(
	ctx context.Context, req *contextv1.GetConversationRequest,
) (*contextv1.GetConversationResponse, error) {
	if err := typeid.Check("conversation_id", conversation.ConversationPrefix, req.GetConversationId()); err != nil {
		return nil, err
	}
	c, err := s.Timeline.Conversation(ctx, reach(ctx), req.GetConversationId())
	if err != nil {
		return nil, toFault(err)
	}
	return &contextv1.GetConversationResponse{Conversation: fromConversation(c)}, nil
}

// BatchGetMessages implements ContextService.
func (s *ContextService) BatchGetMessages(
	ctx context.Context, req *contextv1.BatchGetMessagesRequest,
) (*contextv1.BatchGetMessagesResponse, error) {
	for i, id := range req.GetMessageIds() {
		if err := typeid.Check(indexed("message_ids", i), conversation.MessagePrefix, id); err != nil {
			return nil, err
		}
	}
	said, missing, err := s.Timeline.Batch(ctx, reach(ctx), req.GetMessageIds())
	if missing != "" {
		return nil, messageNotFound.With("message_id", missing)
	}
	if err != nil {
		return nil, toFault(err)
	}
	return &contextv1.BatchGetMessagesResponse{Messages: fromMessages(said)}, nil
}
