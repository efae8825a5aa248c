package rpc

import (
	"strconv"
	"time"

	"github.com/parleyhq/parley/mesh/fault"
	"github.com/parleyhq/parley/mesh/typeid"
	contextv1 "github.com/parleyhq/parley/proto/gen/parley/context/v1"
	"github.com/parleyhq/parley/services/context/internal/conversation"
)

// Methods that stream, as their resume tokens are bound to them.
const (
	watchConversation  = "context.WatchConversation"
	watchConversations = "context.WatchConversations"
)

// WatchConversation implements ContextService.
func (s *ContextService) WatchConversation(
	req *contextv1.WatchConversationRequest, stream contextv1.ContextService_WatchConversationServer,
) error {
	id := req.GetConversationId()
	if err := typeid.Check("conversation_id", conversation.ConversationPrefix, id); err != nil {
		return err
	}
	from := conversation.Place{Sequence: req.GetAfterSequence()}
	if token := req.GetResumeToken(); token != "" {
		numbers, err := s.resume(watchConversation, id, token, 2)
		if err != nil {
			return err
		}
		from = conversation.Place{Sequence: numbers[0], Revision: numbers[1]}
	}
	ctx := stream.Context()
	return toFault(s.Timeline.Watch(ctx, reach(ctx), id, from, s.WatchInterval, func(m conversation.Said, at conversation.Place) error {
		return stream.Send(&contextv1.WatchConversationResponse{
			Message: fromMessage(m), ResumeToken: s.resumeToken(watchConversation, id, at.Sequence, at.Revision),
		})
	}))
}

// WatchConversations implements ContextService.
func (s *ContextService) WatchConversations(
	req *contextv1.WatchConversationsRequest, stream contextv1.ContextService_WatchConversationsServer,
) error {
	ctx := stream.Context()
	tenant, since := reach(ctx).Tenant, s.Clock()
	if token := req.GetResumeToken(); token != "" {
		numbers, err := s.resume(watchConversations, tenant, token, 1)
		if err != nil {
			return err
		}
		since = time.UnixMicro(numbers[0])
	}
	return toFault(s.Timeline.WatchAll(ctx, reach(ctx), since, s.WatchInterval, func(c conversation.Conversation) error {
		return stream.Send(&contextv1.WatchConversationsResponse{
			Conversation: fromConversation(c), ResumeToken: s.resumeToken(watchConversations, tenant, c.ChangeTime.UnixMicro()),
		})
	}))
}

// resumeToken continues the stream of a parent behind a place.
func (s *ContextService) resumeToken(method, parent string, place ...int64) string {
	cursor := []string{parent}
	for _, n := range place {
		cursor = append(cursor, strconv.FormatInt(n, 10))
	}
	return s.Pages.Encode(method, cursor...)
}

// resume is the place of a token, in so many numbers. The token must be of the same stream.
func (s *ContextService) resume(method, parent, token string, size int) ([]int64, error) {
	bad := fault.Invalid("resume_token", "RESUME_TOKEN_INVALID", "not a token of this stream")
	cursor, err := s.Pages.Decode(method, token)
	if err != nil || len(cursor) != 1+size || cursor[0] != parent {
		return nil, bad
	}
	place := make([]int64, size)
	for i, number := range cursor[1:] {
		if place[i], err = strconv.ParseInt(number, 10, 64); err != nil {
			return nil, bad
		}
	}
	return place, nil
}
