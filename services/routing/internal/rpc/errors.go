package rpc

import (
	"errors"

	"github.com/parleyhq/parley/mesh/fault"
	routingv1 "github.com/parleyhq/parley/proto/gen/parley/routing/v1"
	"github.com/parleyhq/parley/services/routing/internal/routing"
	"google.golang.org/grpc/codes"
)

// faces of the domain's errors, as callers see them.
var faces = []struct {
	err  error
	face *fault.Error
}{
	{routing.ErrTaskNotFound, fault.New(codes.NotFound, "TASK_NOT_FOUND", "there is no such task")},
	{routing.ErrOfferNotFound, fault.New(codes.NotFound, "OFFER_NOT_FOUND", "there is no such offer for you")},
	{routing.ErrAgentNotFound, fault.New(codes.NotFound, "AGENT_NOT_FOUND", "there is no such agent")},
	{routing.ErrQueueNotFound, fault.New(codes.NotFound, "QUEUE_NOT_FOUND", "there is no such queue")},
	{routing.ErrCustomerNotFound, fault.New(codes.NotFound, "CUSTOMER_NOT_FOUND", "there is no such customer")},
	{routing.ErrAgentExists, fault.New(codes.AlreadyExists, "AGENT_EXISTS", "there is an agent of this name")},
	{routing.ErrQueueExists, fault.New(codes.AlreadyExists, "QUEUE_EXISTS", "there is a queue of this name")},
	{routing.ErrStale, fault.New(codes.Aborted, "ETAG_STALE", "it was changed since you read it")},
	{routing.ErrNotYours, fault.New(codes.PermissionDenied, "TASK_NOT_YOURS", "you do not have the task")},
	{routing.ErrNotYou, fault.New(codes.PermissionDenied, "AGENT_NOT_YOU", "an agent sets his own status only")},
	{routing.ErrActor, fault.New(codes.PermissionDenied, "ROLE_NOT_ALLOWED", "your role may not do this to a task")},
	{routing.ErrAgentNotFree, fault.New(codes.FailedPrecondition, "AGENT_NOT_FREE", "the agent is not available, or has no room")},
	{routing.ErrAgentOffline, fault.New(codes.FailedPrecondition, "AGENT_OFFLINE", "you are offline: set a status to come back")},
	{routing.ErrQueuesFull, fault.New(codes.ResourceExhausted, "QUEUES_FULL", "as many tasks wait as may")},
}

// toFault is the error as the caller may see it; the cause stays inside.
func toFault(err error) error {
	var state *routing.StateError
	if errors.As(err, &state) {
		return fault.New(codes.FailedPrecondition, "TASK_STATE_WRONG", "the task's state does not allow this").
			With("state", routingv1.Task_State(state.State).String()).Because(err)
	}
	var gone *routing.OfferGoneError
	if errors.As(err, &gone) {
		return fault.New(codes.FailedPrecondition, "OFFER_GONE", "the offer does not stand any more").
			With("state", routingv1.Offer_State(gone.State).String()).Because(err)
	}
	for _, f := range faces {
		if errors.Is(err, f.err) {
			return f.face.Because(err)
		}
	}
	return err
}
