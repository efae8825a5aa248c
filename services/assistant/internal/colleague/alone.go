package colleague

import (
	"context"
	"fmt"

	"github.com/parleyhq/parley/mesh/fault"
	"github.com/parleyhq/parley/mesh/idempotency"
	contextv1 "github.com/parleyhq/parley/proto/gen/parley/context/v1"
	routingv1 "github.com/parleyhq/parley/proto/gen/parley/routing/v1"
	"github.com/parleyhq/parley/services/assistant/internal/acting"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
)

// Speaker has the text in the language of a customer.
type Speaker interface {
	Say(ctx context.Context, customerID string) (string, error)
}

// Lost tells whose conversation it is by now, once, that the colleague who was with them is gone and the next one is asked.
func Lost(ctx context.Context, peers grpc.ClientConnInterface, requestID, conversationID string, gone Speaker) error {
	ctx = acting.ForNobody(ctx)
	timeline := contextv1.NewContextServiceClient(peers)
	conversation, err := timeline.GetConversation(ctx, &contextv1.GetConversationRequest{ConversationId: conversationID})
	if err != nil {
		return fmt.Errorf("read whose conversation %s is: %w", conversationID, err)
	}
	customerID := conversation.GetConversation().GetCustomerId()
	text, err := gone.Say(ctx, customerID)
	if err != nil {
		return err
	}
	_, err = timeline.PostToCustomer(ctx, &contextv1.PostToCustomerRequest{
		RequestId: requestID, CustomerId: customerID, Text: text, Author: contextv1.AuthorKind_AUTHOR_KIND_SYSTEM,
	})
	switch fault.Reason(err) {
	case "CUSTOMER_ERASED", "NO_ADDRESS", idempotency.Reused: // the last: told already, in another language
		return nil
	}
	if err != nil {
		return fmt.Errorf("tell the customer that the colleague is gone: %w", err)
	}
	return nil
}

// GiveUp is called when the customer could not be told after all tries: whoever takes the conversation up is told that they do
// not know. When nobody is to take it up any more, there is nobody to tell.
func GiveUp(ctx context.Context, peers grpc.ClientConnInterface, requestID, conversationID string) error {
	ctx = acting.ForNobody(ctx)
	task, err := Standing(ctx, peers, conversationID)
	if err != nil || task == nil {
		return err
	}
	err = KeepRequest(ctx, peers, &contextv1.CreateOpenRequestRequest{
		RequestId: requestID, ConversationId: conversationID, Kind: contextv1.OpenRequest_KIND_NEEDS_PERSON,
		Summary: "The colleague before you is gone, and the customer could not be told.",
	})
	if fault.Code(err) == codes.NotFound || fault.Reason(err) == "CUSTOMER_ERASED" {
		return nil
	}
	return err
}

// LetGo takes a conversation that was closed out of the line.
func LetGo(ctx context.Context, peers grpc.ClientConnInterface, conversationID string) error {
	ctx = acting.ForNobody(ctx)
	task, err := Standing(ctx, peers, conversationID)
	if err != nil || task == nil {
		return err
	}
	_, err = routingv1.NewRoutingServiceClient(peers).CancelTask(ctx, &routingv1.CancelTaskRequest{TaskId: task.GetId()})
	if err != nil && fault.Code(err) != codes.FailedPrecondition { // somebody ended it meanwhile
		return fmt.Errorf("cancel the task of %s: %w", conversationID, err)
	}
	return nil
}
