package agent

import (
	"context"
	"time"

	contextv1 "github.com/parleyhq/parley/proto/gen/parley/context/v1"
	routingv1 "github.com/parleyhq/parley/proto/gen/parley/routing/v1"
)

// retryAfter a broken stream.
const retryAfter = 300 * time.Millisecond

// watchOffers sends what is offered, and what becomes of it, until the context ends.
func (c *Client) watchOffers(ctx context.Context, to chan<- *routingv1.WatchOffersResponse) {
	var after int64
	again(ctx, func() {
		stream, err := c.routing.WatchOffers(ctx, &routingv1.WatchOffersRequest{AfterSequence: after})
		for err == nil {
			var seen *routingv1.WatchOffersResponse
			if seen, err = stream.Recv(); err != nil {
				return
			}
			after = seen.GetOffer().GetSequence()
			send(ctx, to, seen)
		}
	})
}

// watchMessages sends what is said in the conversation behind a sequence, until the context ends. What only changed is sent
// again.
func (c *Client) watchMessages(ctx context.Context, conversationID string, after int64, to chan<- *contextv1.Message) {
	req := &contextv1.WatchConversationRequest{ConversationId: conversationID, AfterSequence: after}
	again(ctx, func() {
		stream, err := c.timeline.WatchConversation(ctx, req)
		for err == nil {
			var seen *contextv1.WatchConversationResponse
			if seen, err = stream.Recv(); err != nil {
				return
			}
			req.ResumeToken = seen.GetResumeToken()
			send(ctx, to, seen.GetMessage())
		}
	})
}

func send[T any](ctx context.Context, to chan<- T, what T) {
	select {
	case to <- what:
	case <-ctx.Done():
	}
}

// again and again until the context ends.
func again(ctx context.Context, do func()) {
	for ctx.Err() == nil {
		do()
		select {
		case <-time.After(retryAfter):
		case <-ctx.Done():
		}
	}
}
